/**
 * Grids: how the index space of a tensor or of an op is cut into cells.
 *
 * `cuts[axis]` are ascending boundaries from 0 to the extent; a cell is one interval per axis, numbered row-major; `tileOf[cell]` is the
 * tile that owns it. A grid of one space says nothing about another, even where that has as many elements: so grids are made for given
 * extents only ({@link gridOver}), and whoever takes one for a space of its own asks whether it is of these ({@link assertOver}).
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Box } from '@tessera-dnn/graph';
import { tileStage } from '../stages.ts';

declare const checked: unique symbol;

export interface Grid {
  readonly cuts: readonly (readonly number[])[];
  readonly tileOf: Int32Array;
  /** {@link gridOver} alone makes grids. */
  readonly [checked]: true;
}

/** The grid that cuts a space of `extents` at `cuts`, its cells on `tileOf`; an internal error if it does not cover just that space. */
export function gridOver(extents: readonly number[], cuts: Grid['cuts'], tileOf: Int32Array): Grid {
  const grid = { cuts, tileOf } as Grid;
  assertOver(grid, extents, 'a new grid');
  const ascend = cuts.every(axis => axis[0] === 0 && axis.every((cut, i) => i === 0 || cut > axis[i - 1]));
  if (!ascend || tileOf.length !== cellCount(cuts))
    throw new InternalError(tileStage.name, `cuts ${showCuts(grid)} do not make ${tileOf.length} cells`);
  return grid;
}

/** The same cells on other tiles. */
export function onTiles({ cuts }: Grid, tileOf: Int32Array): Grid {
  const extents = cuts.map(axis => axis[axis.length - 1]);
  return gridOver(extents, cuts, tileOf);
}

/** Of a grid whose first axes are those of a result, and which cuts no others: the result's. */
export function resultGrid({ cuts, tileOf }: Grid, shape: readonly number[]): Grid {
  return gridOver(shape, cuts.slice(0, shape.length), tileOf);
}

/** Whether `grid` is one of a space of `extents`. */
export function isOver({ cuts }: Grid, extents: readonly number[]): boolean {
  return cuts.length === extents.length && cuts.every((axis, i) => axis[axis.length - 1] === extents[i]);
}

/** An internal error that names `subject` unless `grid` is one of its space. */
export function assertOver(grid: Grid, extents: readonly number[], subject: string): void {
  if (isOver(grid, extents)) return;
  throw new InternalError(
    tileStage.name,
    `a grid of another space: ${showCuts(grid)} over [${extents.join(', ')}]`,
    subject,
  );
}

function showCuts({ cuts }: Grid): string {
  return `[${cuts.map(axis => axis.join(' ')).join(', ')}]`;
}

/** How many cells these cuts make: the product of the intervals of all axes. */
export function cellCount(cuts: readonly (readonly number[])[]): number {
  return cuts.reduce((product, axis) => product * (axis.length - 1), 1);
}

/** Whether both cut alike and give the same cells to the same tiles. */
export function sameGrid(a: Grid, b: Grid): boolean {
  if (a === b) return true;
  return (
    sameNumbers(a.tileOf, b.tileOf) &&
    a.cuts.length === b.cuts.length &&
    a.cuts.every((cuts, axis) => sameNumbers(cuts, b.cuts[axis]))
  );
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Boundaries that cut `extent` into at most `parts` parts of equal size, a multiple of `quantum`; the last may be shorter. No part would be
 * smaller if they all differed by one, and parts that are alike share kernels and copies.
 */
export function evenCuts(extent: number, parts: number, quantum = 1): number[] {
  const size = Math.ceil(Math.ceil(extent / quantum) / parts) * quantum;
  const cuts: number[] = [];
  for (let at = 0; at < extent; at += size) cuts.push(at);
  cuts.push(extent);
  return cuts;
}

/** Boundaries for one part per distinct start, given all starts. */
export function cutsFromStarts(starts: Iterable<number>, extent: number): number[] {
  const sorted = [...new Set(starts)].sort((a, b) => a - b);
  return [...sorted, extent];
}

/** The position of `cell` along every axis. */
export function cellPosition(cuts: readonly (readonly number[])[], cell: number): number[] {
  const position = new Array<number>(cuts.length);
  let rest = cell;
  for (let axis = cuts.length - 1; axis >= 0; axis--) {
    const parts = cuts[axis].length - 1;
    position[axis] = rest % parts;
    rest = Math.floor(rest / parts);
  }
  return position;
}

/** The number of the cell at `position` (an interval per axis), row-major. */
export function cellIndex(cuts: readonly (readonly number[])[], position: readonly number[]): number {
  let index = 0;
  for (let axis = 0; axis < cuts.length; axis++) index = index * (cuts[axis].length - 1) + position[axis];
  return index;
}

/** The part of the space that cell `cell` is, in steps of 1. */
export function cellBox(cuts: readonly (readonly number[])[], cell: number): Box {
  const position = cellPosition(cuts, cell);
  return {
    start: position.map((p, axis) => cuts[axis][p]),
    count: position.map((p, axis) => cuts[axis][p + 1] - cuts[axis][p]),
    step: position.map(() => 1),
  };
}

/** The interval of `cuts` that contains `index`. */
export function partOf(cuts: readonly number[], index: number): number {
  let low = 0;
  let high = cuts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (cuts[middle] <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether every element of `inner` (steps allowed) lies in the contiguous box `outer`. */
export function containsBox(outer: Box, inner: Box): boolean {
  return outer.start.every((start, axis) => {
    const last = inner.start[axis] + (inner.count[axis] - 1) * inner.step[axis];
    return inner.start[axis] >= start && last < start + outer.count[axis];
  });
}
