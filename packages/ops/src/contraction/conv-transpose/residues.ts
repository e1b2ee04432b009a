/**
 * One spatial axis of a transposed convolution, as sums for each result: result y sums those taps k for which `y + p - k·d` is a multiple of
 * the stride.
 *
 * Results with the same remainder when divided by the stride s (a *residue class*) use the same taps, every s/gcd(s, d)-th, and neighbours
 * read neighbouring inputs. So within a residue class the transposed convolution is an ordinary one with stride 1. Taps are taken from the
 * last to the first, so that inputs are read in ascending order. Example: with s = 2, d = 1, three taps and p = 0, even results use taps 2
 * and 0, and odd ones tap 1.
 */
import type { TensorType } from '@tessera-dnn/graph';
import type { Inner } from '@tessera-dnn/graph/op';
import type { Range, WindowWalk } from '../../define/window.ts';
import { gcd } from '../../define/window.ts';
import type { ConvTransposeAttributes } from './attributes.ts';

/** One spatial axis of a transposed convolution. */
export interface ScatterAxis {
  /** The extent of the input. */
  readonly input: number;
  readonly stride: number;
  readonly dilation: number;
  /** The padding before the result's first element. */
  readonly low: number;
}

/** Spatial axis `i` of a call. */
export function scatterAxis(
  [x]: readonly TensorType[],
  { stride, dilation, padding }: ConvTransposeAttributes,
  i: number,
): ScatterAxis {
  return { input: x.shape[2 + i], stride: stride[i], dilation: dilation[i], low: padding[i][0] };
}

/** The smallest range of inputs that contains all that these results need for these taps; a single near element if they need none. */
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

/** The results of which every tap that belongs to them finds its input, as a stretch of `axis` of the space; each stride they take the same taps. */
export function innerSums({ input, stride, dilation, low }: ScatterAxis, taps: number, axis: number): Inner {
  return { axis, from: Math.max(0, (taps - 1) * dilation - low), to: (input - 1) * stride - low + 1, by: stride };
}

/** The results `residue + j·stride` of a range, for `0 ≤ j < walk.results`, as those of a window that moves by one input for each result. */
export interface Residue {
  readonly walk: WindowWalk;
  /** The first tap taken, and the (negative) distance to the next. */
  readonly tap: number;
  readonly tapStep: number;
}

/** The residue classes, one for each remainder that occurs. Results and taps must have step 1; `region` is the range of inputs in memory. */
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

/** The last tap of the range that belongs to the class of the result at `origin`; below the first tap if there is none. */
function lastTap({ stride, dilation }: ScatterAxis, origin: number, taps: Range, period: number): number {
  const last = taps.start + taps.count - 1;
  for (let tap = last; tap > last - period && tap >= taps.start; tap--) {
    if ((origin - tap * dilation) % stride === 0) return tap;
  }
  return taps.start - 1;
}
