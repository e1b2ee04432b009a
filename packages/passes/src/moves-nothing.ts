/** Whether a movement op leaves every element where it is in row-major order: a reshape, or a transposition of axes of extent 1. */
import type { Node, TensorType } from '@tessera-dnn/graph';
import { contextOf, elementCount, rowMajorStrides } from '@tessera-dnn/graph';
import type { Move, OpTable } from '@tessera-dnn/graph/op';

/** Whether a node is a movement that leaves every element at its row-major position, so that it only renames its operand. */
export function movesNothing(node: Node, operands: readonly TensorType[], table: OpTable): boolean {
  const def = table.find(node.op);
  if (def?.kind !== 'movement') return false;
  const moves = def.moves(contextOf(node, operands));
  return moves.every(move => staysInPlace(move, operands, node.type));
}

function staysInPlace(move: Move, operands: readonly TensorType[], result: TensorType): boolean {
  if (!('operand' in move.source)) return false;
  const operand = operands[move.source.operand];
  if (elementCount(operand.shape) !== elementCount(result.shape)) return false;
  const from = rowMajorStrides(operand.shape);
  const to = rowMajorStrides(result.shape);
  const start = linear(from, move.source.start) === linear(to, move.to);
  return (
    start &&
    move.loops.every(loop => {
      const source = loop.from === undefined ? 0 : from[loop.from.axis] * loop.from.step;
      return loop.count === 1 || source === to[loop.to.axis] * loop.to.step;
    })
  );
}

function linear(strides: readonly number[], at: readonly number[]): number {
  return strides.reduce((sum, stride, axis) => sum + stride * at[axis], 0);
}
