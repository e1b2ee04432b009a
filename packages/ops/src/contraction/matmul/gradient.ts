/**
 * The gradient of the matrix product is two matrix products. With `A` and `B` as they are multiplied, and `U` the upstream derivatives:
 * `dA = U·Bᵀ` and `dB = Aᵀ·U`. For an operand that the product transposes, the factors are swapped, which transposes the gradient, so that
 * nothing is ever transposed in memory. Each side reads the other operand.
 */
import type { ValueId } from '@tessera-dnn/graph';
import { elementCount } from '@tessera-dnn/graph';
import type { Expander, Gradient, GradientCall } from '@tessera-dnn/graph/op';
import { reshaped, sumTo } from '../../define/gradient.ts';
import type { MatmulAttributes } from './shapes.ts';

/** Derivatives by `a` and `b`, of their shapes. */
export const matmulGradient: Gradient<MatmulAttributes> = call => {
  const { build, operands, attributes } = call;
  const [a, b, upstream] = matrices(call);
  const { transpose_a: ta, transpose_b: tb } = attributes;
  const product = (left: ValueId, right: ValueId, turnLeft: boolean, turnRight: boolean): ValueId =>
    build.op('matmul', [left, right], { transpose_a: turnLeft, transpose_b: turnRight });
  const forA = ta ? product(b, upstream, tb, true) : product(upstream, b, false, !tb);
  return [
    summedBack(build, forA, a, operands[0]),
    summedBack(build, weightGradient(build, a, b, upstream, attributes), b, operands[1]),
  ];
};

/** Both operands, with vectors as matrices of one row or column, and `upstream` with the axes that the result lacks for them. */
function matrices({ build, operands, result, upstream }: GradientCall): readonly [ValueId, ValueId, ValueId] {
  const [left, right] = operands.map(operand => build.type(operand).shape);
  const shape = build.type(result).shape;
  const isRow = left.length === 1;
  const isColumn = right.length === 1;
  const rows = isRow ? 1 : shape[shape.length - (isColumn ? 1 : 2)];
  const columns = isColumn ? 1 : shape[shape.length - 1];
  const batch = shape.slice(0, shape.length - (isRow ? 0 : 1) - (isColumn ? 0 : 1));
  return [
    isRow ? reshaped(build, operands[0], [1, ...left]) : operands[0],
    isColumn ? reshaped(build, operands[1], [...right, 1]) : operands[1],
    reshaped(build, upstream, [...batch, rows, columns]),
  ];
}

/**
 * The gradient by `b`. If one matrix serves a whole batch, as in a dense layer, the batch becomes more rows of one product instead of a sum
 * of products.
 */
function weightGradient(
  build: Expander,
  a: ValueId,
  b: ValueId,
  upstream: ValueId,
  { transpose_a: ta, transpose_b: tb }: MatmulAttributes,
): ValueId {
  const flat = (value: ValueId): ValueId => {
    const { shape } = build.type(value);
    return reshaped(build, value, [elementCount(shape.slice(0, -1)), shape[shape.length - 1]]);
  };
  const isShared = build.type(b).shape.length === 2 && !ta;
  const [rows, slopes] = isShared ? [flat(a), flat(upstream)] : [a, upstream];
  return tb
    ? build.op('matmul', [slopes, rows], { transpose_a: true, transpose_b: ta })
    : build.op('matmul', [rows, slopes], { transpose_a: !ta, transpose_b: false });
}

/** Sums a gradient over broadcast batches to the shape of the matrix, and gives it the shape of the operand, which may be a vector. */
function summedBack(build: Expander, gradient: ValueId, matrix: ValueId, operand: ValueId): ValueId {
  return reshaped(build, sumTo(build, gradient, build.type(matrix).shape), build.type(operand).shape);
}
