/**
 * Candidates for splits: into how many parts each axis of a space is cut.
 *
 * Only counts of parts that change the size of the largest part matter. All combinations are too many for six axes and a thousand tiles,
 * so an even sample is taken among those of about the same number of cells, and the best is improved by single steps: one axis
 * a little finer or coarser, or one finer and another coarser.
 */
import { cellCount, evenCuts, type Grid, gridOver } from '../geometry/grid.ts';

export interface CuttableAxes {
  readonly extents: readonly number[];
  /** Per axis: cuts fall on multiples of this many elements. */
  readonly quantum: readonly number[];
  /** Useful counts of parts per axis, ascending; `[1]` for an axis that stays whole. */
  readonly options: readonly (readonly number[])[];
  readonly tiles: number;
}

/** Counts of parts, each with another size of the largest part, ascending. */
export function partOptions(extent: number, quantum: number, tiles: number): number[] {
  const blocks = Math.ceil(extent / quantum);
  const options = new Set<number>([1]);
  for (let size = 1; size * size <= blocks; size++) {
    options.add(Math.ceil(blocks / size));
    options.add(Math.ceil(blocks / Math.ceil(blocks / size)));
  }
  return [...options].filter(parts => parts <= tiles).sort((a, b) => a - b);
}

/** The grid with so many parts per axis (1 where `parts` says nothing), its cells on the first tiles. */
export function gridOf(parts: readonly number[], { extents, quantum, tiles }: CuttableAxes): Grid {
  const cuts = extents.map((extent, axis) => evenCuts(extent, parts[axis] ?? 1, quantum[axis]));
  return gridOver(extents, cuts, firstTiles(tiles).subarray(0, cellCount(cuts)));
}

/** How long the parts of each axis are in that grid (the last may be shorter), and how many there are. */
export function partsOf(
  wanted: readonly number[],
  { extents, quantum }: CuttableAxes,
): { readonly sizes: readonly number[]; readonly parts: readonly number[] } {
  const sizes = extents.map(
    (extent, axis) => Math.ceil(Math.ceil(extent / quantum[axis]) / (wanted[axis] ?? 1)) * quantum[axis],
  );
  return { sizes, parts: extents.map((extent, axis) => Math.ceil(extent / sizes[axis])) };
}

/** Points of the largest cell of that grid, ragged ends counted as whole quanta. */
export function largestVolume(parts: readonly number[], { extents, quantum }: CuttableAxes): number {
  let points = 1;
  for (let axis = 0; axis < extents.length; axis++)
    points *= Math.ceil(Math.ceil(extents[axis] / quantum[axis]) / (parts[axis] ?? 1)) * quantum[axis];
  return points;
}

const counting = new Map<number, Int32Array>();

/** 0, 1, 2, …; one array for all candidates of a chip. */
function firstTiles(tiles: number): Int32Array {
  let numbers = counting.get(tiles);
  if (!numbers) counting.set(tiles, (numbers = Int32Array.from({ length: tiles }, (_, tile) => tile)));
  return numbers;
}

/** The sample takes at most so many options per axis, and so many combinations of each size. */
const mostOptions = 12;
const mostPerSize = 150;

/** Combinations of every size up to the number of tiles, so that ops too small for the whole chip find their size as well. */
export function* sampleParts(axes: CuttableAxes): Generator<number[]> {
  const rank = axes.extents.length;
  for (const combinations of combinationsBySize(axes)) {
    const count = combinations.length / Math.max(1, rank);
    const stride = Math.max(1, count / mostPerSize);
    for (let i = 0; i < count; i += stride) {
      const first = Math.floor(i) * rank;
      yield combinations.slice(first, first + rank);
    }
  }
  if (rank === 0) yield [];
}

/** Flattened combinations (one number per axis), by the logarithm of their number of cells. */
function combinationsBySize({ options, tiles }: CuttableAxes): number[][] {
  const bySize: number[][] = Array.from({ length: Math.floor(Math.log2(tiles)) + 1 }, () => []);
  const parts = new Array<number>(options.length).fill(1);
  const thinned = options.map(thin);
  const extend = (axis: number, cells: number) => {
    if (axis === options.length) {
      bySize[Math.floor(Math.log2(cells))].push(...parts);
      return;
    }
    for (const option of thinned[axis]) {
      if (cells * option > tiles) break;
      parts[axis] = option;
      extend(axis + 1, cells * option);
    }
  };
  extend(0, 1);
  return bySize;
}

function thin(options: readonly number[]): readonly number[] {
  if (options.length <= mostOptions) return options;
  const last = options.length - 1;
  return Array.from({ length: mostOptions }, (_, i) => options[Math.round((i * last) / (mostOptions - 1))]);
}

/** Combinations one step away: one axis moved to its next option, alone or against another axis, on no more than all tiles. */
export function* neighbours(parts: readonly number[], { options, tiles }: CuttableAxes): Generator<number[]> {
  for (let axis = 0; axis < parts.length; axis++) {
    for (const step of [1, -1]) {
      const moved = move(parts, options, axis, step);
      if (!moved) continue;
      if (product(moved) <= tiles) yield moved;
      if (step < 0) continue;
      for (let other = 0; other < parts.length; other++) {
        if (other === axis) continue;
        for (const back of [-1, -2]) {
          const balanced = move(moved, options, other, back);
          if (balanced && product(balanced) <= tiles) yield balanced;
        }
      }
    }
  }
}

function move(
  parts: readonly number[],
  options: CuttableAxes['options'],
  axis: number,
  by: number,
): number[] | undefined {
  const option = options[axis][nearest(options[axis], parts[axis]) + by];
  return option === undefined ? undefined : parts.map((p, a) => (a === axis ? option : p));
}

function nearest(options: readonly number[], parts: number): number {
  let index = 0;
  while (index + 1 < options.length && options[index + 1] <= parts) index++;
  return index;
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}
