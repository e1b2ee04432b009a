/**
 * One spatial axis of a sliding window: result o, tap k reads input `o·stride - low + k·dilation`, where that exists.
 * Shared by convolutions and pools: extents, regions, and the positions a kernel walks.
 */
import { InternalError } from '@tessera/diagnostics';
import type { Box, TensorType } from '@tessera/graph';
import { elementBytes } from '@tessera/graph';

export interface WindowAxis {
  /** Extent of the input. */
  readonly input: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly low: number;
}

/** The indices `start + i·step`, `0 ≤ i < count`, of one axis. */
export interface Range {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** How many results there are; not positive where the window is larger than the padded input. */
export function windowExtent(axis: WindowAxis, high: number): number {
  const reach = (axis.taps - 1) * axis.dilation + 1;
  return Math.floor((axis.input + axis.low + high - reach) / axis.stride) + 1;
}

/**
 * The input that some results and some taps of an axis need: as few elements as a strided range can hold. Where all of it is
 * padding, the nearest element (a region is never empty), which no kernel then reads.
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

/**
 * A map `[N, C, H, W]` that is computed row by row may be written over its input, so many bytes before it, both with channels last: then
 * no row of the result reaches into the input that it or a later one still needs. `rows` is the spatial axis of the rows.
 */
export function rowDistanceBytes(rows: WindowAxis, input: TensorType, result: TensorType): number {
  const size = elementBytes[result.element];
  const [images, outputs, height, width] = result.shape;
  const resultRow = outputs * width * size;
  const inputRow = input.shape[1] * input.shape[3] * size;
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

/** What a kernel walks: result i, tap t reads element `first + i·across + t·along` of the region, where that is in `[0, extent)`. */
export interface Walk {
  readonly results: number;
  readonly taps: number;
  readonly first: number;
  readonly across: number;
  readonly along: number;
  readonly extent: number;
}

export function windowWalk(axis: WindowAxis, results: Range, taps: Range, region: Range): Walk {
  const step = region.count === 1 ? 1 : region.step;
  const walk: Walk = {
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

/** The results `[from, to)` of a walk whose windows lie wholly inside the region. */
export function interior(walk: Walk): readonly [from: number, to: number] {
  const { results, taps, first, across, along, extent } = walk;
  const lastTap = first + (taps - 1) * along;
  if (across === 0) return first >= 0 && lastTap < extent ? [0, results] : [0, 0];
  const from = Math.min(results, Math.max(0, Math.ceil(-first / across)));
  const to = Math.min(results, Math.max(0, Math.floor((extent - 1 - lastTap) / across) + 1));
  return from < to ? [from, to] : [0, 0];
}

export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** One axis of a box. */
export function axisRange(box: Box, axis: number): Range {
  return { start: box.start[axis], count: box.count[axis], step: box.step[axis] };
}

export function boxOf(ranges: readonly Range[]): Box {
  return {
    start: ranges.map(range => range.start),
    count: ranges.map(range => range.count),
    step: ranges.map(range => range.step),
  };
}
