/**
 * One spatial axis of a transposed convolution, gathered: result y sums taps k with `y + p - k·d` a multiple of the stride.
 *
 * Results that leave the same remainder by the stride s use the same taps, each s/gcd(s, d)-th, and read neighbouring inputs: within a
 * residue class the transposed convolution is a plain one with stride 1. Taps are taken from the last to the first, so that the input
 * is walked forwards. Example: s = 2, d = 1, k = 3, p = 0: even results use taps 2, 0 and odd ones tap 1.
 */
import type { TensorType } from '@tessera/graph';
import type { Range, Walk } from '../../define/window.ts';
import { gcd } from '../../define/window.ts';
import type { ConvTransposeAttributes } from './attributes.ts';

export interface ScatterAxis {
  /** Extent of the input. */
  readonly input: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly low: number;
}

export function scatterAxis(
  [x]: readonly TensorType[],
  { stride, dilation, padding }: ConvTransposeAttributes,
  i: number,
): ScatterAxis {
  return { input: x.shape[2 + i], stride: stride[i], dilation: dilation[i], low: padding[i][0] };
}

/** The hull of the inputs that some results and taps need; the nearest element where they need none. */
export function residueRegion(axis: ScatterAxis, results: Range, taps: Range): Range {
  const { input, stride, dilation, low } = axis;
  const last = results.start + (results.count - 1) * results.step;
  let [from, to] = [input, -1];
  for (let t = 0; t < taps.count; t++) {
    const shift = low - (taps.start + t * taps.step) * dilation;
    from = Math.min(from, Math.max(0, Math.ceil((results.start + shift) / stride)));
    to = Math.max(to, Math.min(input - 1, Math.floor((last + shift) / stride)));
  }
  if (from > to) {
    const near = Math.floor((results.start + low - taps.start * dilation) / stride);
    return { start: Math.min(Math.max(near, 0), input - 1), count: 1, step: 1 };
  }
  return { start: from, count: to - from + 1, step: 1 };
}

/** The results `residue + j·stride` of a range, `0 ≤ j < walk.results`, as a window that moves one input per result. */
export interface Residue {
  readonly walk: Walk;
  /** The first tap taken, and how far on the next one is (negative). */
  readonly tap: number;
  readonly tapStep: number;
}

/** One per remainder, at most as many as there are results. Results and taps have step 1; `region` is what is in memory. */
export function residues(axis: ScatterAxis, results: Range, taps: Range, region: Range): readonly Residue[] {
  const { stride, dilation, low } = axis;
  const period = stride / gcd(stride, dilation);
  return Array.from({ length: Math.min(stride, results.count) }, (_, residue) => {
    const origin = results.start + residue + low;
    const tap = lastTap(axis, origin, taps, period);
    const count = tap < taps.start ? 0 : Math.floor((tap - taps.start) / period) + 1;
    return {
      tap: count === 0 ? taps.start : tap,
      tapStep: -period,
      walk: {
        results: Math.ceil((results.count - residue) / stride),
        taps: count,
        first: count === 0 ? 0 : (origin - tap * dilation) / stride - region.start,
        across: 1,
        along: (period * dilation) / stride,
        extent: region.count,
      },
    };
  });
}

/** The last tap of the range whose input is a whole step away; less than the first where there is none. */
function lastTap({ stride, dilation }: ScatterAxis, origin: number, taps: Range, period: number): number {
  const last = taps.start + taps.count - 1;
  for (let tap = last; tap > last - period && tap >= taps.start; tap--) {
    if ((origin - tap * dilation) % stride === 0) return tap;
  }
  return taps.start - 1;
}
