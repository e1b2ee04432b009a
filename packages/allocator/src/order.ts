/**
 * The orders in which a greedy allocator takes the buffers; each is then given the lowest offset that is free.
 *
 * By size and by breadth are from Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020).
 * All orders are total: ties are taken in the order of the problem, so results are the same everywhere.
 */
import type { Buffer } from './problem.ts';
import { liveSums, type Timeline } from './timeline.ts';

export type Order = (buffers: readonly Buffer[], timeline: Timeline) => Uint32Array;

/** The largest first. */
export const bySize: Order = buffers => descending(Float64Array.from(buffers, buffer => buffer.size));

/** The largest product of size and lifetime first. */
export const byArea: Order = (buffers, { first, end }) =>
  descending(Float64Array.from(buffers, (buffer, i) => buffer.size * (end[i] - first[i])));

/** As time goes by: the earliest start first, the larger first among those that start together. */
export const byStart: Order = (buffers, timeline) =>
  bySize(buffers, timeline).sort((a, b) => timeline.first[a] - timeline.first[b]);

/** The moments in falling order of how much is live; at each, the largest first of the buffers live then. */
export const byBreadth: Order = (buffers, timeline) => {
  const order = bySize(buffers, timeline);
  const widest = widestMoments(liveSums(buffers, timeline), timeline);
  return order.sort((a, b) => widest[b] - widest[a]);
};

/** For every buffer the largest live sum during its life: it is taken when that moment's turn comes. O(n log n) by doubling. */
function widestMoments(sums: Float64Array, { first, end }: Timeline): Float64Array {
  const maxima = [sums];
  for (let span = 1; span * 2 <= sums.length; span *= 2) {
    const half = maxima[maxima.length - 1];
    maxima.push(Float64Array.from({ length: sums.length - span * 2 + 1 }, (_, m) => Math.max(half[m], half[m + span])));
  }
  return Float64Array.from(first, (from, i) => {
    const level = 31 - Math.clz32(end[i] - from);
    return Math.max(maxima[level][from], maxima[level][end[i] - 2 ** level]);
  });
}

/** The indices of `keys`, the largest first, ties in order. */
function descending(keys: Float64Array): Uint32Array {
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[b] - keys[a] || a - b);
}
