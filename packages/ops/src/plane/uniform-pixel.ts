/** Pixels of a uniform plane (see `uniform-plane.ts`): where their inputs lie, and where their results are stored. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Cursor, Sink, Step } from '@tessera-dnn/graph/op';
import { lanesOf } from './plane.ts';
import type { SumLoop } from './register-tile.ts';
import { storeAlong } from './store.ts';
import { type TapRange, tapsAt } from './taps.ts';
import type { UniformAxis, UniformPlane } from './uniform-plane.ts';

/** What the functions that write a uniform kernel have in common. */
export interface UniformWriter {
  readonly k: KernelBuilder;
  readonly sink: Sink;
  readonly plane: UniformPlane;
  /** How many tiles there are down a column and along a row. */
  readonly tiles: { readonly down: Operand; readonly along: Operand };
}

/** A pixel by its indices on the outer axes and on the two axes of the plane. */
export interface Pixel {
  readonly outer: readonly Operand[];
  readonly row: Operand;
  readonly column: Operand;
}

/**
 * What the pixels of a line of tiles have in common: the addresses of input and weights for the first taps that lie inside the input, and
 * the loops over the taps.
 */
export interface UniformLine {
  readonly input: KernelValue;
  readonly weights: KernelValue;
  readonly loops: readonly SumLoop[];
}

/** The line whose first pixel is the given one. */
export function lineAt({ k, plane }: UniformWriter, { outer, row, column }: Pixel): UniformLine {
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

/** The loops over the taps of both axes and the channels. If a row of taps is merged with its channels, the loop over its taps has one turn. */
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

/** The cursor for a pixel and the first channel of a block. */
export function placeOf({ k, sink, plane }: UniformWriter, { outer, row, column }: Pixel, block: Operand): Cursor {
  const { rows, columns, blocks, type } = plane;
  const on = ({ result: { start, step } }: UniformAxis, index: Operand): Operand =>
    sum(k, times(k, index, step), start);
  const first = sum(k, times(k, block, lanesOf(type) * blocks.vectors), blocks.first);
  return sink.at(coordinates(plane, { outer, row: on(rows, row), column: on(columns, column) }, first));
}

/** The coordinates of a pixel and a channel in the order of the result's axes; those without an axis are left out. */
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

/**
 * Stores one block of channels for several pixels: the first at cursor `first`, each of the others a `step` from the one before. The last
 * block may have fewer channels.
 */
export function storePixels(
  writer: UniformWriter,
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
          { sink, cursor, axis },
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

/** `a + b`; no code is written if one of them is known to be 0. */
export function sum(k: KernelBuilder, a: Operand, b: Operand): Operand {
  if (a === 0) return b;
  return b === 0 ? a : k.add(a, b);
}

/** `a · b`; no code is written if one of them is known to be 0 or 1. */
export function times(k: KernelBuilder, a: Operand, b: Operand): Operand {
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  return b === 1 ? a : k.mul(a, b);
}

/** `value` in a register: numbers become i32 constants. */
export function register(k: KernelBuilder, value: Operand): KernelValue {
  return typeof value === 'number' ? k.i32(value) : value;
}
