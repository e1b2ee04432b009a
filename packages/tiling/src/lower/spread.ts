/** The grid of what a movement node copies: its operand's, where elements can stay on their tiles, else even cuts. */
import { blockAlong, elementBytes, elementCount, type Layout, type TensorType } from '@tessera-dnn/graph';
import type { Move } from '@tessera-dnn/graph/op';
import { cellCount, evenCuts, type Grid, gridOver } from '../geometry/grid.ts';
import type { Home } from '../geometry/home.ts';

/** Cells below this size are not worth a tile of their own. */
const leastCellBytes = 256;

/** Where a movement's result lies: on its operand's tiles, if these are about as many as even cuts would take. */
export function movedGrid(
  moves: readonly Move[],
  homes: readonly Home[],
  type: TensorType,
  layout: Layout,
  tiles: number,
): Grid {
  const spread = spreadGrid(type, layout, tiles);
  const kept = keptGrid(moves, homes, type, layout);
  return kept && 2 * kept.tileOf.length >= spread.tileOf.length ? kept : spread;
}

/**
 * The grid that leaves every element of an operand on its tile: where the result has all axes along which that is cut, each as long. So
 * zeros between elements are put there by the tiles that have these. Blocks of `layout` stay whole, or there is none.
 */
function keptGrid(
  moves: readonly Move[],
  homes: readonly Home[],
  { shape }: TensorType,
  { block }: Layout,
): Grid | undefined {
  const [carrying, ...others] = moves.filter(({ source }) => 'operand' in source);
  if (!carrying || others.length > 0 || !('operand' in carrying.source)) return undefined;
  const { type, grid, where } = homes[carrying.source.operand];
  if (where !== 'tiles' || carrying.source.start.some(start => start !== 0)) return undefined;
  const followed = type.shape.map((extent, axis) => {
    const [loop, ...more] = carrying.loops.filter(({ from }) => from?.axis === axis);
    const whole = loop && more.length === 0 && loop.from?.step === 1 && loop.to.step === 1 && loop.count === extent;
    return whole && carrying.to[loop.to.axis] === 0 && shape[loop.to.axis] === extent ? loop.to.axis : -1;
  });
  if (grid.cuts.some((cuts, axis) => cuts.length > 2 && followed[axis] < 0)) return undefined;
  if (followed.some((axis, i) => axis >= 0 && followed.some((other, j) => j < i && other > axis))) return undefined;
  const cuts = shape.map((extent, axis) => {
    const source = followed.indexOf(axis);
    return source < 0 ? [0, extent] : grid.cuts[source];
  });
  const torn = cuts.some((at, axis) => {
    const { size } = blockAlong(block, axis) ?? { size: 1 };
    return at.some((cut, i) => cut % size !== 0 && i < at.length - 1);
  });
  return torn ? undefined : gridOver(shape, cuts, grid.tileOf);
}

/** Even cuts along the longest axes (blocked axes between blocks), as many as the size deserves. */
function spreadGrid({ shape, element }: TensorType, layout: Layout, tiles: number): Grid {
  const total = elementCount(shape) * elementBytes[element];
  let left = Math.max(1, Math.min(tiles, Math.floor(total / leastCellBytes)));
  const cuts: number[][] = shape.map(extent => [0, extent]);
  const axes = shape.map((_, axis) => axis).sort((a, b) => shape[b] - shape[a]);
  for (const axis of axes) {
    if (left <= 1) break;
    cuts[axis] = evenCuts(shape[axis], left, blockAlong(layout.block, axis)?.size ?? 1);
    left = Math.floor(left / (cuts[axis].length - 1));
  }
  return gridOver(
    shape,
    cuts,
    Int32Array.from({ length: cellCount(cuts) }, (_, cell) => cell),
  );
}
