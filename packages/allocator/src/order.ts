/**
 * The orders in which a greedy allocator takes the blocks; each block then gets the lowest offset that is free.
 *
 * Those by size and by breadth are from Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020).
 * All orders are total: ties are broken by the order of the problem, so results are the same everywhere.
 */
import type { Block } from './blocks.ts';
import { heightsOf, type PieceTable } from './piece-table.ts';
import { liveSums, type Timeline } from './timeline.ts';

/** Gives the indices of all blocks, in the order in which to place them; `table` is that of the blocks. */
export type Order = (blocks: readonly Block[], table: PieceTable) => Uint32Array;

/** The largest first. */
export const bySize: Order = blocks => descending(Float64Array.from(blocks, block => block.extent));

/** The largest product of size and lifetime first. */
export const byArea: Order = (blocks, { timeline, block, low, high }) => {
  const areas = new Float64Array(blocks.length);
  for (let p = 0; p < block.length; p++) {
    areas[block[p]] += (high[p] - low[p]) * (timeline.end[p] - timeline.first[p]);
  }
  return descending(areas);
};

/** The earliest start first, and of those that start together the larger first. */
export const byStart: Order = (blocks, table) => {
  const start = Int32Array.from(blocks, ({ pieces }, b) =>
    pieces.length === 0 ? -1 : table.timeline.first[table.from[b]],
  );
  return bySize(blocks, table).sort((a, b) => start[a] - start[b]);
};

/** The blocks of the moment at which the most is live come first, then those of the next fullest, and so on; at each moment the largest first. */
export const byBreadth: Order = (blocks, table) => {
  const order = bySize(blocks, table);
  const ofPieces = widestMoments(liveSums(heightsOf(table), table.timeline), table.timeline);
  const widest = new Float64Array(blocks.length);
  table.block.forEach((block, p) => {
    widest[block] = Math.max(widest[block], ofPieces[p]);
  });
  return order.sort((a, b) => widest[b] - widest[a]);
};

/** For every piece the largest live sum during its life, in O(n log n): maxima of ranges are looked up in a sparse table. */
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

/** The indices of `keys`, that of the largest first; of equal ones the lower index first. */
function descending(keys: Float64Array): Uint32Array {
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[b] - keys[a] || a - b);
}
