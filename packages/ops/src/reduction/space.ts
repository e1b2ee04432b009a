/** The axes of a reduction: the shape of its result, and its space, which has the axes of the result and then the reduced ones. */
import type { Attributes, Box, TensorType } from '@tessera-dnn/graph';

/** The compile-time arguments of a reduction. */
export type ReductionAxes = Attributes & {
  /** The reduced axes, ascending. */
  readonly axes: readonly number[];
  /** Whether reduced axes stay in the result with extent 1. */
  readonly keep: boolean;
};

/** The shape of the result. */
export function reducedShape({ axes, keep }: ReductionAxes, { shape }: TensorType): readonly number[] {
  return shape.flatMap((extent, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [extent]));
}

/** The space of a reduction. */
export interface ReductionSpace {
  readonly extents: readonly number[];
  /** For each axis of the operand, the axis of the space that it is. */
  readonly ofOperand: readonly number[];
}

/** The space for an operand of this type. */
export function spaceAxes(attributes: ReductionAxes, operand: TensorType): ReductionSpace {
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

/**
 * For the oracles: calls `visit` for each result, in order, with the row-major numbers of the elements of the operand that are reduced to
 * it, ascending.
 */
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
  // Rows are in the order of their first elements, which is the order of the results.
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
