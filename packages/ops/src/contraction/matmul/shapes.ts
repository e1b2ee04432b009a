/**
 * The shapes of a matrix product, by the rules of NumPy's `@`: batch axes are broadcast; a vector on the left is a row, one on the right a
 * column, and the result has no axis for it.
 */
import type { Attributes, TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { broadcastShape } from '../../define/broadcast.ts';
import { badAttribute, shapeMismatch, wrongCount } from '../../define/problem.ts';
import { contractedElement } from '../elements.ts';

/** Whether the last two axes of an operand are swapped before the product. */
export interface MatmulAttributes extends Attributes {
  readonly transpose_a: boolean;
  readonly transpose_b: boolean;
}

/** Which axes of an operand are those of its matrices; -1 for the one that a vector lacks. */
export interface MatrixAxes {
  /** The axis that the result has too: the rows of a, the columns of b. */
  readonly kept: number;
  /** The axis that is summed. */
  readonly summed: number;
}

/** The axes of an operand with `rank` axes. */
export function matrixAxes(operand: 0 | 1, rank: number, attributes: MatmulAttributes): MatrixAxes {
  if (rank === 1) return { kept: -1, summed: 0 };
  const transposed = operand === 0 ? attributes.transpose_a : !attributes.transpose_b;
  return transposed ? { kept: rank - 1, summed: rank - 2 } : { kept: rank - 2, summed: rank - 1 };
}

/** The number of batch axes of the result, and which axes are its rows and columns; -1 if an operand is a vector. */
export interface ResultAxes {
  readonly batch: number;
  readonly row: number;
  readonly column: number;
}

/** The axes of a result with `rank` axes. */
export function resultAxes([a, b]: readonly TensorType[], rank: number): ResultAxes {
  const columns = b.shape.length > 1 ? 1 : 0;
  const rows = a.shape.length > 1 ? 1 : 0;
  const batch = rank - rows - columns;
  return { batch, row: rows ? batch : -1, column: columns ? rank - 1 : -1 };
}

/** The axis of an operand for batch axis `axis` of the result, which has `batch` of them; negative if it has none. */
export function batchAxis(type: TensorType, axis: number, batch: number): number {
  return axis - (batch - Math.max(0, type.shape.length - 2));
}

/** The type of the result; a problem for scalars, for different extents along the summed axis, and for batch axes that cannot be broadcast. */
export function inferMatmul(operands: readonly TensorType[], attributes: MatmulAttributes): TensorType | Problem {
  if (operands.length !== 2) return wrongCount('matmul', 'two tensors', operands.length);
  const wrong = checkRanks(operands, attributes);
  if (wrong) return wrong;
  const element = contractedElement('matmul', operands);
  if (typeof element !== 'string') return element;
  const [a, b] = operands;
  const left = matrixAxes(0, a.shape.length, attributes);
  const right = matrixAxes(1, b.shape.length, attributes);
  if (a.shape[left.summed] !== b.shape[right.summed]) return unequal(a, b, left, right);
  const batch = broadcastShape('matmul', [batchOf(a), batchOf(b)]);
  if ('code' in batch) return batch;
  const rows = left.kept < 0 ? [] : [a.shape[left.kept]];
  const columns = right.kept < 0 ? [] : [b.shape[right.kept]];
  return { element, shape: [...batch, ...rows, ...columns] };
}

function batchOf(type: TensorType): TensorType {
  return { element: type.element, shape: type.shape.slice(0, -2) };
}

function checkRanks(operands: readonly TensorType[], attributes: MatmulAttributes): Problem | undefined {
  const scalar = operands.findIndex(type => type.shape.length === 0);
  if (scalar >= 0) {
    const message = `matmul cannot multiply ${showType(operands[0])} by ${showType(operands[1])}`;
    return shapeMismatch(message, [{ operand: scalar, message: 'is a scalar' }], 'a scalar is multiplied with *');
  }
  for (const [operand, name] of ['transpose_a', 'transpose_b'].entries()) {
    if (operands[operand].shape.length === 1 && attributes[name] === true) {
      return badAttribute(name, `matmul cannot transpose ${showType(operands[operand])}, which has one axis`);
    }
  }
  return undefined;
}

function unequal(a: TensorType, b: TensorType, left: MatrixAxes, right: MatrixAxes): Problem {
  return shapeMismatch(
    `matmul cannot multiply ${showType(a)} by ${showType(b)}`,
    [
      { operand: 0, message: `has ${a.shape[left.summed]} ${line(a, left.summed)}` },
      { operand: 1, message: `has ${b.shape[right.summed]} ${line(b, right.summed)}` },
    ],
    right.kept >= 0 && a.shape[left.summed] === b.shape[right.kept] ? transposeHelp(b, right) : undefined,
  );
}

/** What is counted along an axis, for messages: `f32[8, 16]` has 8 rows and 16 columns. */
function line(type: TensorType, axis: number): string {
  if (type.shape.length === 1) return 'elements';
  return axis === type.shape.length - 1 ? 'columns' : 'rows';
}

function transposeHelp(b: TensorType, { kept }: MatrixAxes): string {
  return `the other axis of ${showType(b)} fits: write transpose_b: ${kept === b.shape.length - 1}`;
}
