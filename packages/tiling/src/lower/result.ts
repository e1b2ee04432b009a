/** Where a node's result lies: in a buffer of its own or over the old value of a variable; and which operands lie as it does. */
import { elementBytes, type Layout, layoutStrides, type Node, sameLayout, type TensorType } from '@tessera/graph';
import { type Grid, sameGrid } from '../geometry/grid.ts';
import { denseBytes, type Home } from '../geometry/home.ts';
import type { BufferId } from '../program.ts';
import type { Assembly } from './assembly.ts';
import type { Operand } from './operands.ts';

export interface ResultContext {
  readonly assembly: Assembly;
  /** Of the buffer. */
  readonly name: string;
  /** How the result lies in the plan that is followed. */
  readonly decided?: Home;
  /** The home of the variable whose new value the result is, where nothing reads the old one behind this node. */
  readonly old?: Home;
}

/** A result as it will lie, and the operands it may lie over. */
interface Result {
  readonly grid: Grid;
  readonly layout: Layout;
  readonly operands: readonly Operand[];
  readonly overwritable: readonly number[];
}

/** A buffer for a node's result: over the variable it is the new value of, if it lies alike and no operand stands in the way. */
export function resultBuffer({ assembly, name, old }: ResultContext, node: Node, result: Result): BufferId {
  const { grid, layout, operands, overwritable } = result;
  const torn = operands.some(({ slot }, i) => slot.buffer === old?.buffer && !overwritable.includes(i));
  if (old && !torn && liesAs(old, grid, layout)) return assembly.newValue(old.buffer, node.origin);
  const bytes = denseBytes(node.type, grid, layout, assembly.chip.tiles);
  return assembly.buffer(name, 'activation', node.type, bytes, node.origin);
}

/** Whether a dense result on `grid` lies, element for element, as `home` does. */
export function liesAs(home: Home, grid: Grid, layout: Layout): boolean {
  return home.dense && home.layout !== undefined && sameLayout(home.layout, layout) && sameGrid(home.grid, grid);
}

/** Whether an operand lies, element for element, as a result of `type` in `layout` does on every tile. */
export function liesAlike(
  operand: Operand,
  type: TensorType,
  layout: Layout,
  cells: number,
  countsOf: (cell: number) => readonly number[],
): boolean {
  if (operand.slot.offset !== 0) return false;
  for (let cell = 0; cell < cells; cell++) {
    const view = operand.view(cell);
    const count = countsOf(cell);
    const strides = layoutStrides(layout, count).axes;
    if (elementBytes[view.type.element] !== elementBytes[type.element] || view.layout.block) return false;
    if (view.region.count.length !== count.length) return false;
    if (!count.every((n, axis) => view.region.count[axis] === n && (n === 1 || view.strides[axis] === strides[axis])))
      return false;
  }
  return true;
}
