/**
 * Grids on which an op finds an operand where it already lives, or makes its result where the old value lies.
 *
 * Which axis of an operand an axis of the space walks along is found out with boxes of one step, the first two and the last: it does if the
 * operand's region is one step long there, moves along, and is whole everywhere else. An operand all of whose cut axes are walked along so lends its
 * cuts and tiles: `x[c, y, x]` cut along all three lends `sum(x, [1, 2])` its parts of `c` and of both sums.
 */
import { type Box, sameShape, type Work } from '@tessera-dnn/graph';
import { cellCount, cellIndex, cellPosition, type Grid, gridOver, isOver } from '../geometry/grid.ts';
import type { Home } from '../geometry/home.ts';
import type { SplitContext } from './score.ts';

/** The grids that operands with a home, and the old value, lend this work, each once; none on a chip of one tile. */
export function followedGrids(work: Work, { chip, homes, old }: SplitContext): readonly Grid[] {
  if (chip.tiles === 1) return [];
  const rank = work.context.result.shape.length;
  const grids = new Set<Grid>();
  homes.forEach((home, operand) => {
    if (home?.where !== 'tiles' || home.cellOf.length !== chip.tiles || operand >= work.ownOperands) return;
    const grid = lentGrid(work, home, walkedAxes(work, operand, home));
    if (grid) grids.add(grid);
  });
  // An epilogue's operands lie as the result does.
  for (const home of [...homes.slice(work.ownOperands), old]) {
    if (home?.where !== 'tiles' || home.cellOf.length !== chip.tiles) continue;
    if (!sameShape(home.type.shape, work.context.result.shape)) continue;
    const grid = lentGrid(work, home, [...home.type.shape.keys(), ...work.space.extents.slice(rank).map(() => -1)]);
    if (grid) grids.add(grid);
  }
  return [...grids];
}

/** By axis of the space: the operand's axis that it walks along, -1 if there is none. */
function walkedAxes(work: Work, operand: number, { type }: Home): readonly number[] {
  const { extents } = work.space;
  const region = (axis: number, start: number): Box => {
    const box: Box = {
      start: extents.map((_, other) => (other === axis ? start : 0)),
      count: extents.map((extent, other) => (other === axis ? 1 : extent)),
      step: extents.map(() => 1),
    };
    return work.regions(box)[operand];
  };
  return extents.map((extent, axis) => {
    if (extent === 1) return -1;
    const steps = [0, 1, extent - 1];
    const regions = steps.map(start => region(axis, start));
    return type.shape.findIndex((length, walked) => {
      const follows = regions.every(({ start, count }, i) => start[walked] === steps[i] && count[walked] === 1);
      const { count } = regions[0];
      const wholeElsewhere = count.every((n, other) => other === walked || n === type.shape[other]);
      return length === extent && follows && wholeElsewhere;
    });
  });
}

/** The grid of the space whose cells lie where the operand's cells do; undefined if an axis is cut that the space cannot be cut along. */
function lentGrid(work: Work, { grid }: Home, walked: readonly number[]): Grid | undefined {
  const { extents, whole = [], combine } = work.space;
  const rank = work.context.result.shape.length;
  const mayCut = (axis: number) => (axis < rank ? !whole.includes(axis) : combine[axis - rank] !== undefined);
  const lent = grid.cuts.every((cuts, axis) => {
    const walkers = [...walked.keys()].filter(walker => walked[walker] === axis);
    return cuts.length === 2 || (walkers.length === 1 && mayCut(walkers[0]));
  });
  if (!lent) return undefined;
  if (isOver(grid, extents) && walked.every((axis, i) => axis === i || extents[i] === 1)) return grid;
  const cuts = extents.map((extent, axis) => (walked[axis] < 0 ? [0, extent] : grid.cuts[walked[axis]]));
  const tileOf = Int32Array.from({ length: cellCount(cuts) }, (_, cell) => {
    const position = cellPosition(cuts, cell);
    const source = grid.cuts.map((_, axis) => (walked.includes(axis) ? position[walked.indexOf(axis)] : 0));
    return grid.tileOf[cellIndex(grid.cuts, source)];
  });
  return gridOver(extents, cuts, tileOf);
}
