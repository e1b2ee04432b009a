/**
 * A way to cut a space, as far as its price depends on it: how many cells there are, and what the middle one is, which stands for all.
 * Thousands are priced where one is chosen, and only of that one the grid is needed.
 */
import type { Box, Work } from '@tessera-dnn/graph';
import type { Variant } from '@tessera-dnn/graph/op';
import { assertOver, cellBox, type Grid } from '../geometry/grid.ts';
import { type CuttableAxes, gridOf, largestVolume, partsOf } from './candidates.ts';

export interface Cutting {
  readonly cells: number;
  /** The product of the parts of the summed axes. */
  readonly sumParts: number;
  readonly middle: Box;
  /** Where the middle cell lies. */
  readonly tile: number;
  /** Points of the largest cell, ragged ends counted as whole quanta of the variant. */
  readonly points: (variant: Variant) => number;
  readonly grid: () => Grid;
}

/** As `grid` cuts the space of `work`; a grid of another space is an InternalError. */
export function cuttingAs(grid: Grid, { space, context, node }: Pick<Work, 'space' | 'context' | 'node'>): Cutting {
  assertOver(grid, space.extents, node.op);
  const parts = grid.cuts.map(cuts => cuts.length - 1);
  const cell = middleOf(parts);
  return {
    cells: grid.tileOf.length,
    sumParts: sumPartsOf(parts, context.result.shape.length),
    middle: cellBox(grid.cuts, cell),
    tile: grid.tileOf[cell],
    points: variant => largestOf(grid, variant),
    grid: () => grid,
  };
}

/** Into about so many parts per axis, as {@link gridOf} cuts; the result has the first `rank` axes. */
export function cuttingInto(wanted: readonly number[], axes: CuttableAxes, rank: number): Cutting {
  const { sizes, parts } = partsOf(wanted, axes);
  const cell = middleOf(parts);
  const start = sizes.map((size, axis) => (parts[axis] >> 1) * size);
  return {
    cells: parts.reduce((cells, count) => cells * count, 1),
    sumParts: sumPartsOf(parts, rank),
    middle: {
      start,
      count: sizes.map((size, axis) => Math.min(size, axes.extents[axis] - start[axis])),
      step: sizes.map(() => 1),
    },
    tile: cell,
    points: () => largestVolume(wanted, axes),
    grid: () => gridOf(wanted, axes),
  };
}

/** The number of the cell in the middle of every axis. */
function middleOf(parts: readonly number[]): number {
  return parts.reduce((index, count) => index * count + (count >> 1), 0);
}

function sumPartsOf(parts: readonly number[], rank: number): number {
  let product = 1;
  for (let axis = rank; axis < parts.length; axis++) product *= parts[axis];
  return product;
}

function largestOf({ cuts }: Grid, { quantum = [] }: Variant): number {
  return cuts.reduce((volume, boundaries, axis) => {
    let longest = 0;
    for (let i = 0; i + 1 < boundaries.length; i++) longest = Math.max(longest, boundaries[i + 1] - boundaries[i]);
    const step = quantum[axis] ?? 1;
    return volume * Math.ceil(longest / step) * step;
  }, 1);
}
