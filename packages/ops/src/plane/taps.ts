/** Which taps of a window lie inside the input at one index, so that the loop over taps needs no test. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Clip } from './plane.ts';

/** The taps `from … from + count - 1`. */
export interface TapRange {
  readonly from: Operand;
  readonly count: Operand;
}

/**
 * The taps t below `taps` with `0 ≤ first + index·across + t·along < extent`; all if there is no clip. `along` must be positive if there are
 * several taps.
 */
export function tapsAt(k: KernelBuilder, taps: Operand, clip: Clip | undefined, index: Operand): TapRange {
  if (clip === undefined) return { from: 0, count: taps };
  const position = k.add(clip.first, k.mul(index, clip.across));
  const from = k.max(steps(k, k.sub(0, position), clip), 0);
  const to = k.min(steps(k, k.sub(clip.extent, position), clip), taps);
  return { from, count: k.max(k.sub(to, from), 0) };
}

/** ⌈distance / along⌉ if that is positive, otherwise any number that is not. An `along` of 0 (a single tap) counts as 1. */
function steps(k: KernelBuilder, distance: KernelValue, { along, alongShift }: Clip): KernelValue {
  if (along === 1 || along === 0) return distance;
  const last = k.add(distance, k.sub(along, 1));
  return alongShift === undefined ? k.div(last, along) : k.shr(last, alongShift);
}
