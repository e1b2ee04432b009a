/**
 * The lower bound: what no placement can stay below, because so much is live at one moment, or because one block alone reaches so high.
 *
 * Where all offsets are multiples of some g > 1, pieces live together lie at least their sizes rounded up to g apart, from the lowest
 * on; only the topmost ends at its own size. So the sum of the rounded sizes, less the most that rounding adds to one of them, is a
 * bound as well. Tied buffers that share addresses count once.
 */
import { type Block, blocksOf } from './blocks.ts';
import { greatestCommonDivisor, roundUp } from './congruence.ts';
import { heightsOf, type PieceTable, tableOf } from './piece-table.ts';
import type { Buffer, Pair } from './problem.ts';
import { liveSums, type Timeline } from './timeline.ts';

export interface LowerBound {
  /** The largest sum of what is live at one time, or the end of a buffer that cannot lie lower if that is higher. */
  readonly size: number;
  /** A time at which it is reached; 0 if nothing takes any place. */
  readonly time: number;
}

/** Sweeps over time in O(n log n). Infinite where two buffers exclude each other, at a time at which the first is live. */
export function lowerBound(buffers: readonly Buffer[], pairs: readonly Pair[] = []): LowerBound {
  const made = blocksOf({ buffers, pairs });
  if ('conflict' in made) return { size: Number.POSITIVE_INFINITY, time: buffers[made.conflict.first].lower };
  return boundOf(made.blocks, tableOf(made.blocks));
}

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

/** The largest number that every piece begins at a multiple of, wherever its block lies; 1 if there are no pieces. */
function gridOf(blocks: readonly Block[]): number {
  let grid = 0;
  for (const { alignment, residue, fixed, pieces } of blocks) {
    if (pieces.length > 0 && fixed === undefined) grid = greatestCommonDivisor(grid, alignment);
    for (const { low } of pieces) grid = greatestCommonDivisor(grid, (fixed ?? residue) + low);
    if (grid === 1) break;
  }
  return grid || 1;
}

/** The largest of `values` that is live at every moment: painted from the largest down, over what has no colour yet. */
function mostAt(values: Float64Array, { times, first, end }: Timeline): Float64Array {
  const most = new Float64Array(times.length);
  // The next moment without a colour, found by halving paths.
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
