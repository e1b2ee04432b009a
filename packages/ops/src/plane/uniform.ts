/**
 * The kernel of a uniform plane: one piece of code for planes of all sizes, whose numbers are fields.
 *
 * 1. The columns of the interior are computed in tiles of four pixels along the row, for every row.
 * 2. The other columns are computed in tiles of four pixels down the column, for the rows of the interior.
 * 3. What is left is computed pixel by pixel, two blocks of channels at once.
 * Steps 1 and 2 are turns of one loop over the same code, with another distance from pixel to pixel. All pixels of a tile have the same taps,
 * so these are clipped once for a line of tiles.
 *
 * Example: in a map of 7×7 with a window of 3×3, columns 1 to 4 are a tile in every row; rows 1 to 4 are a tile in columns 0, 5 and 6; nine
 * single pixels are left.
 */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Sink } from '@tessera-dnn/graph/op';
import type { BytePlace } from './products.ts';
import { accumulate } from './register-tile.ts';
import type { UniformWriter } from './uniform-pixel.ts';
import { coordinates, lineAt, placeOf, register, storePixels, sum, times } from './uniform-pixel.ts';
import type { UniformAxis, UniformPlane } from './uniform-plane.ts';
import { shareLines } from './units.ts';

const tileWidth = 4;

/** Writes the whole kernel of `plane`. */
export function emitUniform(k: KernelBuilder, sink: Sink, plane: UniformPlane): void {
  const tiles = { down: tilesOf(k, plane.rows), along: tilesOf(k, plane.columns) };
  const writer: UniformWriter = { k, sink, plane, tiles };
  if (tiles.down === 0) emitTiles(writer, 0);
  else k.loop(0, 2, pass => emitTiles(writer, pass));
  emitPixels(writer);
}

function tilesOf(k: KernelBuilder, { inside }: UniformAxis): Operand {
  return typeof inside === 'number' ? Math.floor(inside / tileWidth) : k.shr(inside, 2);
}

/** The indices of an axis that are in no tile: how many there are, and which is the i-th of them. */
function outside(k: KernelBuilder, { count, from }: UniformAxis, tiles: Operand) {
  if (tiles === 0) return { count, at: (i: Operand): Operand => i };
  const covered = k.mul(tiles, tileWidth);
  return {
    count: k.sub(count, covered),
    at: (i: Operand): Operand => k.add(i, k.select(k.lt(i, from), k.i32(0), covered)),
  };
}

/** All tiles along the rows (if `pass` is 0), or down the other columns (if it is 1). */
function emitTiles(writer: UniformWriter, pass: Operand): void {
  const { k, plane, sink, tiles } = writer;
  const { outer, rows, columns, blocks } = plane;
  const isDown = pass === 0 ? undefined : k.eq(pass, 1);
  const choose = (down: Operand, along: Operand): Operand =>
    isDown === undefined ? along : k.select(isDown, register(k, down), along);
  const alongTurns = pass === 0 ? 1 : k.sub(1, pass);
  const others = outside(k, columns, tiles.along);
  const pixelBytes = register(k, choose(rows.acrossBytes, columns.acrossBytes));
  const distances = [0, pixelBytes, k.mul(pixelBytes, 2), k.mul(pixelBytes, 3)];
  const tileBytes = k.mul(pixelBytes, tileWidth);
  const [downStep, alongStep] = [times(k, pass, rows.result.step), times(k, alongTurns, columns.result.step)];
  const step = sink.step(coordinates(plane, { outer: outer.map(() => 0), row: downStep, column: alongStep }, 0));
  const counts = [...outer.map(({ count }) => count), choose(others.count, rows.count), blocks.count];
  shareLines(k, counts, choose(tiles.down, tiles.along), indices => {
    const [index, block] = indices.slice(outer.length);
    const first = {
      outer: indices.slice(0, outer.length),
      row: choose(rows.from, index),
      column: choose(others.at(index), columns.from),
    };
    const line = lineAt(writer, first);
    const weights = vectorsOf(k.add(line.weights, k.mul(block, blocks.bytes)), blocks);
    return tile => {
      const base = k.add(line.input, k.mul(tile, tileBytes));
      const pixels = distances.map(distance => ({ base: k.add(base, distance), offset: 0 }));
      const sums = accumulate(k, { type: plane.type, bytes: plane.bytes, pixels, columns: weights, loops: line.loops });
      const moved = k.mul(tile, tileWidth);
      const row = sum(k, first.row, times(k, moved, pass));
      const column = sum(k, first.column, times(k, moved, alongTurns));
      storePixels(writer, placeOf(writer, { ...first, row, column }, block), step, block, sums);
    };
  });
}

/** The pixels that are in no tile, with blocks of channels in pairs; the last pair may lack its second block. */
function emitPixels(writer: UniformWriter): void {
  const { k, plane, tiles } = writer;
  const { outer, rows, columns, blocks } = plane;
  const [otherRows, otherColumns] = [outside(k, rows, tiles.down), outside(k, columns, tiles.along)];
  const pairs = k.shr(k.add(register(k, blocks.count), 1), 1);
  shareLines(k, [...outer.map(({ count }) => count), otherRows.count, otherColumns.count], pairs, indices => {
    const [r, c] = indices.slice(outer.length);
    const pixel = { outer: indices.slice(0, outer.length), row: otherRows.at(r), column: otherColumns.at(c) };
    const line = lineAt(writer, pixel);
    return pair => {
      const block = k.mul(pair, 2);
      const hasSecond = k.lt(k.add(block, 1), blocks.count);
      const first = k.add(line.weights, k.mul(block, blocks.bytes));
      const second = k.add(first, k.select(hasSecond, register(k, blocks.bytes), 0));
      const weights = [first, second].flatMap(base => vectorsOf(base, blocks));
      const pixels = [{ base: line.input, offset: 0 }];
      const [sums] = accumulate(k, {
        type: plane.type,
        bytes: plane.bytes,
        pixels,
        columns: weights,
        loops: line.loops,
      });
      const store = (b: KernelValue, from: number): void =>
        storePixels(writer, placeOf(writer, pixel, b), [], b, [sums.slice(from, from + blocks.vectors)]);
      store(block, 0);
      k.when(hasSecond, () => store(k.add(block, 1), blocks.vectors));
    };
  });
}

/** The places of the weights of a block. */
function vectorsOf(base: KernelValue, { vectors, laneBytes }: UniformPlane['blocks']): readonly BytePlace[] {
  return Array.from({ length: vectors }, (_, v) => ({ base, offset: 4 * laneBytes * v }));
}
