/** Where a node's result lies: in a buffer of its own or over the old value of a variable; and which operands lie as it does. */
import { elementBytes, type Layout, layoutStrides, type Node, sameLayout, type TensorType } from '@tessera-dnn/graph';
import { type Grid, sameGrid } from '../geometry/grid.ts';
import { denseBytes, type Home } from '../geometry/home.ts';
import type { BufferId } from '../program.ts';
import type { ResultContext } from './context.ts';
import type { Operand } from './operands.ts';

/** A result as it will lie, and the operands it may lie over. */
interface Result {
  readonly grid: Grid;
  readonly layout: Layout;
  readonly operands: readonly Operand[];
  readonly overwritable: readonly number[];
}

/** A buffer for a node's result: over the variable it is the new value of, if it lies alike and no operand stands in the way. */
export function resultBuffer({ registries, name, old }: ResultContext, node: Node, result: Result): BufferId {
  const { buffers, chip } = registries;
  const { grid, layout, operands, overwritable } = result;
  const { type, origin } = node;
  const torn = operands.some(({ slot }, i) => slot.buffer === old?.buffer && !overwritable.includes(i));
  if (old && !torn && liesAs(old, grid, layout)) return buffers.newValue(old.buffer, origin);
  return buffers.add({ name, kind: 'activation', type, bytes: denseBytes(type, grid, layout, chip.tiles), origin });
}

/** Whether a dense result on `grid` lies, element for element, as `home` does. */
export function liesAs(home: Home, grid: Grid, layout: Layout): boolean {
  return home.dense && home.layout !== undefined && sameLayout(home.layout, layout) && sameGrid(home.grid, grid);
}

/** A dense result, cell by cell. */
export interface DenseResult {
  readonly type: TensorType;
  readonly layout: Layout;
  readonly cells: number;
  readonly countOf: (cell: number) => readonly number[];
}

/** Whether an operand lies, element for element, as a result does on every tile. */
export function liesAlike(operand: Operand, { type, layout, cells, countOf }: DenseResult): boolean {
  if (operand.slot.offset !== 0) return false;
  for (let cell = 0; cell < cells; cell++) {
    const view = operand.view(cell);
    const count = countOf(cell);
    const strides = layoutStrides(layout, count).axes;
    if (elementBytes[view.type.element] !== elementBytes[type.element] || view.layout.block) return false;
    if (view.region.count.length !== count.length) return false;
    if (!count.every((n, axis) => view.region.count[axis] === n && (n === 1 || view.strides[axis] === strides[axis])))
      return false;
  }
  return true;
}
