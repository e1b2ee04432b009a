/**
 * The kernel of a plane where code takes a tile's memory: one piece of code for all planes, whose numbers are fields of the record.
 *
 * 1. Columns inside the input in tiles of four along the row, row by row.
 * 2. The columns left over, on both sides of these, in tiles of four down the column, where rows lie inside the input.
 * 3. The rows left over of the columns left over, pixel by pixel, two blocks of channels at once.
 * 1 and 2 are turns of one loop over the same tile: they differ in the way from pixel to pixel. All pixels of a tile have the same taps,
 * which are clipped at the edges once for a line of tiles.
 *
 * Example: of a map of 7×7 under a window of 3×3, columns 1 to 4 are tiles in every row; rows 1 to 4 of columns 0, 5 and 6 are tiles; nine
 * single pixels are left.
 */
import type { KernelBuilder, KernelValue, Operand, Sink } from '@tessera/graph';
import { accumulate, type Place } from './register-tile.ts';
import type { Writer } from './uniform-pixel.ts';
import { coordinates, lineAt, placeOf, register, storePixels, sum, times } from './uniform-pixel.ts';
import type { UniformAxis, UniformPlane } from './uniform-plane.ts';
import { shareLines } from './units.ts';

const tileWidth = 4;

export function emitUniform(k: KernelBuilder, sink: Sink, plane: UniformPlane): void {
  const tiles = { down: tilesOf(k, plane.rows), along: tilesOf(k, plane.columns) };
  const writer: Writer = { k, sink, plane, tiles };
  if (tiles.down === 0) emitTiles(writer, 0);
  else k.loop(0, 2, pass => emitTiles(writer, pass));
  emitPixels(writer);
}

function tilesOf(k: KernelBuilder, { inside }: UniformAxis): Operand {
  return typeof inside === 'number' ? Math.floor(inside / tileWidth) : k.shr(inside, 2);
}

/** The indices of an axis outside its tiles: how many, and which is the i-th. */
function outside(k: KernelBuilder, { count, from }: UniformAxis, tiles: Operand) {
  if (tiles === 0) return { count, at: (i: Operand): Operand => i };
  const covered = k.mul(tiles, tileWidth);
  return {
    count: k.sub(count, covered),
    at: (i: Operand): Operand => k.add(i, k.select(k.lt(i, from), k.i32(0), covered)),
  };
}

/** All tiles along the rows (pass 0) or down the columns left over (pass 1). */
function emitTiles(writer: Writer, pass: Operand): void {
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
    const weights = vectorsOf(k.add(line.weights, k.mul(block, blocks.bytes)), blocks.vectors);
    return tile => {
      const base = k.add(line.input, k.mul(tile, tileBytes));
      const pixels = distances.map(distance => ({ base: k.add(base, distance), offset: 0 }));
      const sums = accumulate(k, { type: plane.type, pixels, columns: weights, loops: line.loops });
      const moved = k.mul(tile, tileWidth);
      const row = sum(k, first.row, times(k, moved, pass));
      const column = sum(k, first.column, times(k, moved, alongTurns));
      storePixels(writer, placeOf(writer, { ...first, row, column }, block), step, block, sums);
    };
  });
}

/** The pixels left over; of the second block of a pair there may be none. */
function emitPixels(writer: Writer): void {
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
      const weights = [first, second].flatMap(base => vectorsOf(base, blocks.vectors));
      const pixels = [{ base: line.input, offset: 0 }];
      const [sums] = accumulate(k, { type: plane.type, pixels, columns: weights, loops: line.loops });
      const store = (b: KernelValue, from: number): void =>
        storePixels(writer, placeOf(writer, pixel, b), [], b, [sums.slice(from, from + blocks.vectors)]);
      store(block, 0);
      k.when(hasSecond, () => store(k.add(block, 1), blocks.vectors));
    };
  });
}

/** The vectors of a block. */
function vectorsOf(base: KernelValue, vectors: number): readonly Place[] {
  return Array.from({ length: vectors }, (_, v) => ({ base, offset: 16 * v }));
}
