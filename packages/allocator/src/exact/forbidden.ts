/** The distances between the bases of two blocks at which they would lie over each other. */
import type { Block } from '../blocks.ts';

/** Ranges of the distance base(other) − base(one): it must not be that `starts[i] < distance < ends[i]`. They are ascending and do not overlap. */
export interface Forbidden {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** The forbidden distances of `other` from `one`: none if they are never live together. */
export function forbiddenBetween(one: Block, other: Block): Forbidden {
  const ranges: { readonly start: number; readonly end: number }[] = [];
  for (const p of one.pieces) {
    for (const q of other.pieces) {
      if (p.lower < q.upper && q.lower < p.upper) ranges.push({ start: p.low - q.high, end: p.high - q.low });
    }
  }
  ranges.sort((a, b) => a.start - b.start);
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { start, end } of ranges) {
    const last = ends.length - 1;
    // Between two open ranges that only touch lies one distance that is allowed.
    if (last >= 0 && start < ends[last]) ends[last] = Math.max(ends[last], end);
    else {
      starts.push(start);
      ends.push(end);
    }
  }
  return { starts, ends };
}

/** The least distance of the other from the one that is not forbidden and is at least `distance`. */
export function leastAllowed({ starts, ends }: Forbidden, distance: number): number {
  for (let i = 0; i < starts.length && starts[i] < distance; i++) if (distance < ends[i]) return ends[i];
  return distance;
}

/** The least distance of the one from the other (base(one) − base(other)) that is not forbidden and is at least `distance`. */
export function leastAllowedBehind({ starts, ends }: Forbidden, distance: number): number {
  for (let i = ends.length - 1; i >= 0 && -ends[i] < distance; i--) if (distance < -starts[i]) return -starts[i];
  return distance;
}
