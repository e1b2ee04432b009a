/**
 * Time compressed to the moments that matter. The set of what is live grows only where a life starts, and two that are ever live together
 * are so when the later one starts. So the distinct starts stand for all times, and lives become ranges of small integers.
 */
/** A time during which something is live. */
export interface Life {
  /** The half-open range of times `[lower, upper)`. */
  readonly lower: number;
  readonly upper: number;
}

/** Lives as ranges of moments. */
export interface Timeline {
  /** The distinct starts, ascending: moment m is the time `times[m]`. */
  readonly times: Float64Array;
  /** Life i covers the moments `first[i] … end[i] - 1`, at least one. */
  readonly first: Int32Array;
  readonly end: Int32Array;
}

/** The timeline of these lives, none of which may be empty, in O(n log n). */
export function timelineOf(lives: readonly Life[]): Timeline {
  const count = lives.length;
  const starts = new Float64Array(count);
  for (let i = 0; i < count; i++) starts[i] = lives[i].lower;
  const times = distinct(starts.sort());
  const first = new Int32Array(count);
  const end = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    first[i] = firstAtLeast(times, lives[i].lower);
    end[i] = firstAtLeast(times, lives[i].upper);
  }
  return { times, first, end };
}

/** For every moment, the sum of the `sizes` (by life) of what is live then. */
export function liveSums(sizes: Float64Array, { times, first, end }: Timeline): Float64Array {
  const sums = new Float64Array(times.length + 1);
  for (let i = 0; i < sizes.length; i++) {
    sums[first[i]] += sizes[i];
    sums[end[i]] -= sizes[i];
  }
  for (let m = 1; m < sums.length; m++) sums[m] += sums[m - 1];
  return sums.subarray(0, times.length);
}

/** Removes repetitions from ascending numbers, in place. */
function distinct(sorted: Float64Array): Float64Array {
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[count++] = sorted[i];
  }
  return sorted.subarray(0, count);
}

/** The index of the first number that is not below `bound`, in ascending numbers. */
function firstAtLeast(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
