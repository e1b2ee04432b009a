/** NumPy broadcasting: shapes are aligned at their last axes, and an axis that has extent 1 or is missing is repeated. */
import type { TensorType } from '@tessera-dnn/graph';
import { rowMajorStrides, showType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { shapeMismatch } from './problem.ts';

/** The common shape of the operands, or a `shape-mismatch` that names two that do not fit together. */
export function broadcastShape(op: string, operands: readonly TensorType[]): readonly number[] | Problem {
  const rank = Math.max(0, ...operands.map(type => type.shape.length));
  const shape = new Array<number>(rank).fill(1);
  const owner = new Array<number>(rank).fill(0);
  for (const [operand, type] of operands.entries()) {
    for (let axis = 0; axis < type.shape.length; axis++) {
      const at = rank - type.shape.length + axis;
      const extent = type.shape[axis];
      if (extent === 1 || extent === shape[at]) continue;
      if (shape[at] !== 1) return clash(op, operands, owner[at], operand, rank - at);
      shape[at] = extent;
      owner[at] = operand;
    }
  }
  return shape;
}

function clash(op: string, operands: readonly TensorType[], a: number, b: number, fromEnd: number): Problem {
  const [left, right] = [operands[a], operands[b]];
  const extent = (type: TensorType): string =>
    `has ${type.shape[type.shape.length - fromEnd]} on axis ${type.shape.length - fromEnd}`;
  return shapeMismatch(`${op} cannot broadcast ${showType(left)} with ${showType(right)}`, [
    { operand: a, message: extent(left) },
    { operand: b, message: extent(right) },
  ]);
}

/** The strides of a row-major operand of `shape` along the axes of `result`, in elements; 0 where it is repeated. */
export function broadcastStrides(shape: readonly number[], result: readonly number[]): number[] {
  const own = rowMajorStrides(shape);
  return result.map((_, axis) => {
    const at = axis - (result.length - shape.length);
    return at < 0 || shape[at] === 1 ? 0 : own[at];
  });
}
