/**
 * The lower bound on the height of any placement: so much is live at one moment, or one block alone must reach so high.
 *
 * Where all offsets are multiples of some g > 1, a piece takes its size rounded up to g from those above it, and only the topmost piece
 * takes its true size. So the sum of the rounded sizes, less the most that rounding adds to one of them, is a bound as well. Addresses
 * that tied buffers share are counted once.
 */
import { type Block, blocksOf } from './blocks.ts';
import { greatestCommonDivisor, roundUp } from './congruence.ts';
import { heightsOf, type PieceTable, tableOf } from './piece-table.ts';
import type { Buffer, Pair } from './problem.ts';
import { liveSums, type Timeline } from './timeline.ts';

/** No placement is lower than `size`. */
export interface LowerBound {
  /** The largest sum of what is live at one time, or, if that is more, the end of a buffer that cannot lie lower. */
  readonly size: number;
  /** A time at which so much is live; 0 if all sizes are 0. */
  readonly time: number;
}

/** The bound for a well-formed problem, in O(n log n). Infinite if two buffers exclude each other, at a time at which the first is live. */
export function lowerBound(buffers: readonly Buffer[], pairs: readonly Pair[] = []): LowerBound {
  const made = blocksOf({ buffers, pairs });
  if ('conflict' in made) return { size: Number.POSITIVE_INFINITY, time: buffers[made.conflict.first].lower };
  return boundOf(made.blocks, tableOf(made.blocks));
}

/** The bound for blocks; `table` must be theirs. */
export function boundOf(blocks: readonly Block[], table: PieceTable): LowerBound {
  let bound: LowerBound = { size: 0, time: 0 };
  for (const { fixed, residue, extent, pieces } of blocks) {
    const end = (fixed ?? residue) + extent;
    if (extent > 0 && end > bound.size) bound = { size: end, time: pieces[0]?.lower ?? 0 };
  }
  const { times } = table.timeline;
  const sums = paddedSums(blocks, table);
  for (let m = 0; m < sums.length; m++) if (sums[m] > bound.size) bound = { size: sums[m], time: times[m] };
  return bound;
}

function paddedSums(blocks: readonly Block[], table: PieceTable): Float64Array {
  const sizes = heightsOf(table);
  const grid = gridOf(blocks);
  if (grid === 1) return liveSums(sizes, table.timeline);
  const padded = sizes.map(size => roundUp(size, grid));
  const sums = liveSums(padded, table.timeline);
  const most = mostAt(
    padded.map((size, p) => size - sizes[p]),
    table.timeline,
  );
  return sums.map((sum, m) => sum - most[m]);
}

/** The largest g such that every piece begins at a multiple of g wherever its block lies; 1 if there are no pieces. */
function gridOf(blocks: readonly Block[]): number {
  let grid = 0;
  for (const { alignment, residue, fixed, pieces } of blocks) {
    if (pieces.length > 0 && fixed === undefined) grid = greatestCommonDivisor(grid, alignment);
    for (const { low } of pieces) grid = greatestCommonDivisor(grid, (fixed ?? residue) + low);
    if (grid === 1) break;
  }
  return grid || 1;
}

/**
 * For each moment, the largest of the live `values`. They are taken from the largest down; each fills the moments of its life that are still
 * empty.
 */
function mostAt(values: Float64Array, { times, first, end }: Timeline): Float64Array {
  const most = new Float64Array(times.length);
  // For each moment, the way to the next one that is empty: a union-find structure with path halving.
  const next = Int32Array.from({ length: times.length + 1 }, (_, m) => m);
  const unpainted = (from: number): number => {
    let m = from;
    while (next[m] !== m) {
      next[m] = next[next[m]];
      m = next[m];
    }
    return m;
  };
  for (const p of Uint32Array.from(values.keys()).sort((a, b) => values[b] - values[a])) {
    for (let m = unpainted(first[p]); m < end[p]; m = unpainted(m)) {
      most[m] = values[p];
      next[m] = m + 1;
    }
  }
  return most;
}
