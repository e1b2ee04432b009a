/**
 * One spatial axis of a sliding window: for result o, tap k reads input `o·stride - low + k·dilation` if there is such an element.
 * Convolutions and pools take from here their extents, their regions, and the positions that a kernel visits.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Box, TensorType } from '@tessera-dnn/graph';
import { elementBytes } from '@tessera-dnn/graph';
import type { Inner } from '@tessera-dnn/graph/op';

/** How a window slides along one axis. */
export interface WindowAxis {
  /** Extent of the input. */
  readonly input: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** How many elements of padding are before the input. */
  readonly low: number;
}

/** The indices `start + i·step`, `0 ≤ i < count`, of one axis. */
export interface Range {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** How many results there are, with `high` elements of padding after the input; 0 or less if the window is larger than the padded input. */
export function windowExtent(axis: WindowAxis, high: number): number {
  const reach = (axis.taps - 1) * axis.dilation + 1;
  return Math.floor((axis.input + axis.low + high - reach) / axis.stride) + 1;
}

/**
 * The elements of the input that these results need for these taps, as the smallest range (with a step) that holds them all. If all that
 * they need is padding, it is the nearest element, since a region is never empty; no kernel then reads it.
 */
export function windowRegion(axis: WindowAxis, results: Range, taps: Range): Range {
  const across = results.count > 1 ? axis.stride * results.step : 0;
  const along = taps.count > 1 ? axis.dilation * taps.step : 0;
  const first = results.start * axis.stride - axis.low + taps.start * axis.dilation;
  let [from, to] = [axis.input, -1];
  for (let tap = 0; tap < taps.count; tap++) {
    const at = first + tap * along;
    const low = across === 0 || at >= 0 ? at : at + Math.ceil(-at / across) * across;
    const last = at + (results.count - 1) * across;
    const high = across === 0 || last < axis.input ? last : last - Math.ceil((last - axis.input + 1) / across) * across;
    if (low < 0 || high >= axis.input || low > high) continue;
    from = Math.min(from, low);
    to = Math.max(to, high);
  }
  if (from > to) return { start: Math.min(Math.max(first, 0), axis.input - 1), count: 1, step: 1 };
  const step = from === to ? 1 : gcd(across, along);
  return { start: from, count: (to - from) / step + 1, step };
}

/** The results whose windows lie wholly inside the input, as a stretch of `axis`, the one of the space that the window slides along. */
export function innerResults({ input, taps, stride, dilation, low }: WindowAxis, axis: number): Inner {
  const reach = (taps - 1) * dilation + 1;
  const from = Math.max(0, Math.ceil(low / stride));
  return { axis, from, to: Math.floor((input + low - reach) / stride) + 1, by: 1 };
}

/**
 * A map `[N, C, H, W]` that is computed row by row, with channels last in memory, may be written over its input if it begins so many bytes
 * before it: then no row of the result reaches a row of the input that this or a later row still has to read. `rows` is the axis H.
 */
export function rowDistanceBytes(rows: WindowAxis, input: TensorType, result: TensorType): number {
  const [images, outputs, height, width] = result.shape;
  const resultRow = outputs * width * elementBytes[result.element];
  const inputRow = input.shape[1] * input.shape[3] * elementBytes[input.element];
  let distance = 0;
  for (const image of [0, images - 1]) {
    const ahead = image * (height * resultRow - rows.input * inputRow);
    for (let row = 0; row < height; row++) {
      const needed = Math.min(rows.input, Math.max(0, row * rows.stride - rows.low));
      distance = Math.max(distance, ahead + (row + 1) * resultRow - needed * inputRow);
    }
  }
  return distance;
}

/**
 * The elements a kernel reads, counted within the region: result i, tap t reads element `first + i·across + t·along` if that is in
 * `[0, extent)`.
 */
export interface WindowWalk {
  readonly results: number;
  readonly taps: number;
  readonly first: number;
  readonly across: number;
  readonly along: number;
  readonly extent: number;
}

/** How to walk through `region`, which `windowRegion` gave for these results and taps. An `InternalError` if it lacks elements. */
export function windowWalk(axis: WindowAxis, results: Range, taps: Range, region: Range): WindowWalk {
  const step = region.count === 1 ? 1 : region.step;
  const walk: WindowWalk = {
    results: results.count,
    taps: taps.count,
    first: (results.start * axis.stride - axis.low + taps.start * axis.dilation - region.start) / step,
    across: results.count > 1 ? (axis.stride * results.step) / step : 0,
    along: taps.count > 1 ? (axis.dilation * taps.step) / step : 0,
    extent: region.count,
  };
  if (![walk.first, walk.across, walk.along].every(Number.isInteger)) {
    throw new InternalError('kernel', 'a region does not hold the elements its window reads');
  }
  return walk;
}

/** The results `[from, to)` whose windows lie wholly inside the region; `[0, 0]` if there are none. */
export function interior(walk: WindowWalk): readonly [from: number, to: number] {
  const { results, taps, first, across, along, extent } = walk;
  const lastTap = first + (taps - 1) * along;
  if (across === 0) return first >= 0 && lastTap < extent ? [0, results] : [0, 0];
  const from = Math.min(results, Math.max(0, Math.ceil(-first / across)));
  const to = Math.min(results, Math.max(0, Math.floor((extent - 1 - lastTap) / across) + 1));
  return from < to ? [from, to] : [0, 0];
}

/** The greatest common divisor of integers ≥ 0; that of 0 and n is n. */
export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** One axis of a box as a range. */
export function axisRange(box: Box, axis: number): Range {
  return { start: box.start[axis], count: box.count[axis], step: box.step[axis] };
}

/** The box with these ranges as its axes. */
export function boxOf(ranges: readonly Range[]): Box {
  return {
    start: ranges.map(range => range.start),
    count: ranges.map(range => range.count),
    step: ranges.map(range => range.step),
  };
}
