/** The lower bound: what no placement can stay below, because so much is live at one moment. */
import type { Buffer } from './problem.ts';
import { liveSums, type Timeline, timelineOf } from './timeline.ts';

export interface LowerBound {
  /** The largest sum of the sizes of buffers live at one time, or the end of a fixed buffer if that is higher. */
  readonly size: number;
  /** A time at which it is reached; 0 if nothing takes any place. */
  readonly time: number;
}

/** Sweeps over time in O(n log n). Alignment is not counted: the bound may be a little low because of it, never high. */
export function lowerBound(buffers: readonly Buffer[], timeline: Timeline = timelineOf(buffers)): LowerBound {
  let bound: LowerBound = { size: 0, time: 0 };
  for (const { lower, size, fixedOffset } of buffers) {
    if (fixedOffset !== undefined && size > 0 && fixedOffset + size > bound.size) {
      bound = { size: fixedOffset + size, time: lower };
    }
  }
  const sums = liveSums(buffers, timeline);
  for (let m = 0; m < sums.length; m++) {
    if (sums[m] > bound.size) bound = { size: sums[m], time: timeline.times[m] };
  }
  return bound;
}
