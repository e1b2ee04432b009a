/** A pixel of a uniform plane: what it sums, where its results go, and the numbers for both. */
import type { Cursor, KernelBuilder, KernelValue, Operand, Sink, Step } from '@tessera/graph';
import { lanesOf } from './plane.ts';
import type { SumLoop } from './register-tile.ts';
import { storeAlong } from './store.ts';
import { type TapRange, tapsAt } from './taps.ts';
import type { UniformAxis, UniformPlane } from './uniform-plane.ts';

export interface Writer {
  readonly k: KernelBuilder;
  readonly sink: Sink;
  readonly plane: UniformPlane;
  /** How many in a column and in a row. */
  readonly tiles: { readonly down: Operand; readonly along: Operand };
}

/** A pixel, by its index on the outer axes and on the plane's two. */
export interface Pixel {
  readonly outer: readonly Operand[];
  readonly row: Operand;
  readonly column: Operand;
}

/** A pixel's taps: where input and weights begin, at the first ones there are, and the loops over them. */
export interface Line {
  readonly input: KernelValue;
  readonly weights: KernelValue;
  readonly loops: readonly SumLoop[];
}

export function lineAt({ k, plane }: Writer, { outer, row, column }: Pixel): Line {
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
export function placeOf({ k, sink, plane }: Writer, { outer, row, column }: Pixel, block: Operand): Cursor {
  const { rows, columns, blocks, type } = plane;
  const on = ({ result: { start, step } }: UniformAxis, index: Operand): Operand =>
    sum(k, times(k, index, step), start);
  const first = sum(k, times(k, block, lanesOf(type) * blocks.vectors), blocks.first);
  return sink.at(coordinates(plane, { outer, row: on(rows, row), column: on(columns, column) }, first));
}

/** In the order of the result's axes. */
export function coordinates(plane: UniformPlane, { outer, row, column }: Pixel, channel: Operand): readonly Operand[] {
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
export function storePixels(
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
function further(k: KernelBuilder, base: KernelValue, distance: Operand): KernelValue {
  return distance === 0 ? base : k.add(base, distance);
}

export function sum(k: KernelBuilder, a: Operand, b: Operand): Operand {
  if (a === 0) return b;
  return b === 0 ? a : k.add(a, b);
}

/** A product that is nothing, or the number itself, without an instruction. */
export function times(k: KernelBuilder, a: Operand, b: Operand): Operand {
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  return b === 1 ? a : k.mul(a, b);
}

export function register(k: KernelBuilder, value: Operand): KernelValue {
  return typeof value === 'number' ? k.i32(value) : value;
}
