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
import type { Cursor, KernelBuilder, KernelType, KernelValue, Operand, Sink, Step } from '@tessera/graph';
import type { Clip, OuterAxis } from './plane.ts';
import { lanesOf } from './plane.ts';
import { accumulate, type Place, type SumLoop } from './register-tile.ts';
import { storeAlong } from './store.ts';
import { type TapRange, tapsAt } from './taps.ts';
import { shareLines } from './units.ts';

/** One spatial axis, in registers. */
export interface UniformAxis {
  readonly count: Operand;
  /** The indices whose windows lie inside the input: the first, and how many. */
  readonly from: Operand;
  readonly inside: Operand;
  /** Input bytes per index. */
  readonly acrossBytes: Operand;
  /** Absent: one tap, which all indices have. */
  readonly window?: UniformWindow;
  /** The result's axis (-1: none), and the coordinates of index i on it: `start + i·step`. */
  readonly result: { readonly axis: number; readonly start: Operand; readonly step: number };
}

export interface UniformWindow {
  readonly taps: Operand;
  readonly clip: Clip;
  /** Per tap. */
  readonly inputBytes: Operand;
  readonly weightBytes: Operand;
}

export interface UniformPlane {
  /** The vector type of a sum. */
  readonly type: KernelType;
  readonly outer: readonly OuterAxis[];
  readonly rows: UniformAxis;
  readonly columns: UniformAxis;
  readonly channels: SumLoop & {
    /** Whether the taps of a row and their channels are one contiguous run, in the input and in the weights; of no interest without taps. */
    readonly merged?: KernelValue;
  };
  readonly blocks: {
    readonly count: Operand;
    readonly vectors: number;
    /** Weight bytes per block. */
    readonly bytes: Operand;
    /** How many channels the last block has; 0: it is whole. */
    readonly tail: number;
    /** The result's axis, -1 where it has none, and the coordinate of the first channel on it. */
    readonly axis: number;
    readonly first: Operand;
  };
  /** Addresses of tap 0 of index 0 (which may lie before the operand) and of its weights. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
}

const tileWidth = 4;

/** The row of a plane that has one only; `axis` is the result's, -1 where it has none. */
export function singleUniform(axis: number): UniformAxis {
  return { count: 1, from: 0, inside: 1, acrossBytes: 0, result: { axis, start: 0, step: 1 } };
}

/** Channels of which, where numbers and distances allow it, two are one turn of the loop. `usual` is bytes of weights that are part of the code. */
export function uniformChannels(
  k: KernelBuilder,
  numbers: { readonly count: number; readonly inputBytes: number; readonly weightBytes: number },
  usual: number,
): SumLoop {
  const { count, inputBytes, weightBytes } = numbers;
  const constant = inputBytes === 4 && weightBytes === usual;
  return {
    count: k.field(count),
    inputBytes: inputBytes === 4 ? 4 : k.field(inputBytes),
    weightBytes: weightBytes === usual ? usual : k.field(weightBytes),
    unrolled: constant && count % 2 === 0 ? 2 : 1,
  };
}

export function emitUniform(k: KernelBuilder, sink: Sink, plane: UniformPlane): void {
  const tiles = { down: tilesOf(k, plane.rows), along: tilesOf(k, plane.columns) };
  const writer: Writer = { k, sink, plane, tiles };
  if (tiles.down === 0) emitTiles(writer, 0);
  else k.loop(0, 2, pass => emitTiles(writer, pass));
  emitPixels(writer);
}

interface Writer {
  readonly k: KernelBuilder;
  readonly sink: Sink;
  readonly plane: UniformPlane;
  /** How many in a column and in a row. */
  readonly tiles: { readonly down: Operand; readonly along: Operand };
}

/** A pixel, by its index on the outer axes and on the plane's two. */
interface Pixel {
  readonly outer: readonly Operand[];
  readonly row: Operand;
  readonly column: Operand;
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

function further(k: KernelBuilder, base: KernelValue, distance: Operand): KernelValue {
  return distance === 0 ? base : k.add(base, distance);
}

function sum(k: KernelBuilder, a: Operand, b: Operand): Operand {
  if (a === 0) return b;
  return b === 0 ? a : k.add(a, b);
}

/** A product that is nothing, or the number itself, without an instruction. */
function times(k: KernelBuilder, a: Operand, b: Operand): Operand {
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  return b === 1 ? a : k.mul(a, b);
}

function register(k: KernelBuilder, value: Operand): KernelValue {
  return typeof value === 'number' ? k.i32(value) : value;
}

/** The vectors of a block. */
function vectorsOf(base: KernelValue, vectors: number): readonly Place[] {
  return Array.from({ length: vectors }, (_, v) => ({ base, offset: 16 * v }));
}

/** A pixel's taps: where input and weights begin, at the first ones there are, and the loops over them. */
interface Line {
  readonly input: KernelValue;
  readonly weights: KernelValue;
  readonly loops: readonly SumLoop[];
}

function lineAt({ k, plane }: Writer, { outer, row, column }: Pixel): Line {
  let { input, weights } = plane;
  plane.outer.forEach(({ inputBytes, weightBytes }, i) => {
    input = further(k, input, times(k, outer[i], inputBytes));
    weights = further(k, weights, times(k, outer[i], weightBytes));
  });
  const rangeOf = ({ acrossBytes, window }: UniformAxis, index: Operand): TapRange => {
    input = further(k, input, times(k, index, acrossBytes));
    if (window === undefined) return { from: 0, count: 1 };
    const taps = tapsAt(k, window.taps, window.clip, index);
    input = k.add(input, k.mul(taps.from, window.inputBytes));
    weights = k.add(weights, k.mul(taps.from, window.weightBytes));
    return taps;
  };
  const [r, c] = [rangeOf(plane.rows, row), rangeOf(plane.columns, column)];
  return { input, weights, loops: sumLoops(k, plane, r.count, c.count) };
}

/** Over the taps of both axes and the channels; a row of taps that is merged with its channels turns once. */
function sumLoops(
  k: KernelBuilder,
  { rows, columns, channels }: UniformPlane,
  r: Operand,
  c: Operand,
): readonly SumLoop[] {
  const loops: SumLoop[] = rows.window ? [{ ...rows.window, count: r }] : [];
  const { merged } = channels;
  if (columns.window === undefined || merged === undefined) return [...loops, channels];
  const count = k.mul(channels.count, k.select(merged, register(k, c), 1));
  return [...loops, { ...columns.window, count: k.select(merged, k.i32(1), c) }, { ...channels, count }];
}

/** The cursor at a pixel and the first channel of a block. */
function placeOf({ k, sink, plane }: Writer, { outer, row, column }: Pixel, block: Operand): Cursor {
  const { rows, columns, blocks, type } = plane;
  const on = ({ result: { start, step } }: UniformAxis, index: Operand): Operand =>
    sum(k, times(k, index, step), start);
  const first = sum(k, times(k, block, lanesOf(type) * blocks.vectors), blocks.first);
  return sink.at(coordinates(plane, { outer, row: on(rows, row), column: on(columns, column) }, first));
}

/** In the order of the result's axes. */
function coordinates(plane: UniformPlane, { outer, row, column }: Pixel, channel: Operand): readonly Operand[] {
  const { rows, columns, blocks } = plane;
  const at: Operand[] = [];
  const put = (axis: number, index: Operand): void => {
    if (axis >= 0) at[axis] = index;
  };
  plane.outer.forEach(({ axis }, i) => {
    put(axis, outer[i]);
  });
  put(blocks.axis, channel);
  put(rows.result.axis, row);
  put(columns.result.axis, column);
  return at;
}

/** Stores one block of pixels a step apart; the last block may have fewer channels. */
function storePixels(
  writer: Writer,
  first: Cursor,
  step: Step,
  block: Operand,
  pixels: readonly (readonly KernelValue[])[],
): void {
  const { k, sink, plane } = writer;
  const { tail, axis, count } = plane.blocks;
  const lanes = lanesOf(plane.type);
  const store = (channels: number): void => {
    let cursor = first;
    pixels.forEach((vectors, p) => {
      if (p > 0) cursor = cursor.moved(step);
      for (let v = 0; v * lanes < channels; v++) {
        storeAlong(
          k,
          sink,
          cursor,
          axis,
          vectors[v],
          v > 0 ? [[axis, v * lanes]] : [],
          Math.min(lanes, channels - v * lanes),
        );
      }
    });
  };
  const whole = lanes * plane.blocks.vectors;
  if (tail === 0) store(whole);
  else
    k.when(
      k.lt(k.add(register(k, block), 1), count),
      () => store(whole),
      () => store(tail),
    );
}
