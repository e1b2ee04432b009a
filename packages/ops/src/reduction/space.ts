/** The axes of a reduction: its result's shape, its space (result axes, then the reduced ones), and which is which. */
import type { Attributes, Box, TensorType } from '@tessera/graph';

export type ReductionAxes = Attributes & {
  /** Ascending. */
  readonly axes: readonly number[];
  /** Whether reduced axes stay in the result with extent 1. */
  readonly keep: boolean;
};

export function reducedShape({ axes, keep }: ReductionAxes, { shape }: TensorType): readonly number[] {
  return shape.flatMap((extent, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [extent]));
}

export interface SpaceAxes {
  readonly extents: readonly number[];
  /** The axis of the space that runs along each axis of the operand. */
  readonly ofOperand: readonly number[];
}

export function spaceAxes(attributes: ReductionAxes, operand: TensorType): SpaceAxes {
  const { axes, keep } = attributes;
  const result = reducedShape(attributes, operand);
  let kept = 0;
  const ofOperand = operand.shape.map((_, axis) => {
    if (!axes.includes(axis)) return kept++;
    if (keep) kept++;
    return result.length + axes.indexOf(axis);
  });
  return { extents: [...result, ...axes.map(axis => operand.shape[axis])], ofOperand };
}

/** The box of the operand that a box of the space needs. */
export function operandBox(attributes: ReductionAxes, operand: TensorType, box: Box): Box {
  const { ofOperand } = spaceAxes(attributes, operand);
  const take = (list: readonly number[]): number[] => ofOperand.map(axis => list[axis]);
  return { start: take(box.start), count: take(box.count), step: take(box.step) };
}

/** Operand 0's rows for the oracles: `visit(result index, operand indices in ascending order)`, indices row-major. */
export function forEachRow(
  attributes: ReductionAxes,
  operand: TensorType,
  visit: (result: number, elements: readonly number[]) => void,
): void {
  const { shape } = operand;
  const rows = new Map<string, number[]>();
  const count = shape.reduce((product, extent) => product * extent, 1);
  for (let linear = 0; linear < count; linear++) {
    const index = unravel(linear, shape).filter((_, axis) => !attributes.axes.includes(axis));
    const key = index.join();
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [linear]);
    else row.push(linear);
  }
  // Rows come up in the order of their first elements, which is that of the result.
  [...rows.values()].forEach((row, result) => {
    visit(result, row);
  });
}

function unravel(linear: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = linear % shape[axis];
    linear = Math.floor(linear / shape[axis]);
  }
  return index;
}
