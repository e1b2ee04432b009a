/** The op `matmul(a, b)`, also `a @ b`, with the semantics of NumPy: `result[…, m, n] = Σ a[…, m, k] · b[…, k, n]`. */
import type { Box, TensorType } from '@tessera-dnn/graph';
import type { Arguments, KernelOp, OpContext, Problem } from '@tessera-dnn/graph/op';
import { readBoolean } from '../../define/arguments.ts';
import { defineOp } from '../../define/op.ts';
import { evaluateMatmul } from './evaluate.ts';
import { matmulGradient } from './gradient.ts';
import { matmulKernel } from './kernel.ts';
import { matmulSamples } from './samples.ts';
import type { MatmulAttributes } from './shapes.ts';
import { inferMatmul, matrixAxes, resultAxes } from './shapes.ts';
import { matmulVariants } from './variants.ts';

export const matmul = defineOp<MatmulAttributes>({
  kind: 'kernel',
  name: 'matmul',
  symbol: '@',
  doc: {
    summary: 'matrix product; batch axes broadcast',
    example: `model project(x: f32[4, 16]) -> f32[4, 8] {
  param weight: f32[8, 16] = he_normal
  return matmul(x, weight, transpose_b: true)
}`,
  },
  parameters: [
    { name: 'a', kind: 'tensor' },
    { name: 'b', kind: 'tensor' },
    { name: 'transpose_a', kind: 'boolean', default: false },
    { name: 'transpose_b', kind: 'boolean', default: false },
  ],
  attributes: readAttributes,
  infer: inferMatmul,
  evaluate: evaluateMatmul,
  space,
  regions: ({ operands, attributes, result }, box) => [
    operandRegion(0, operands, attributes, result, box),
    operandRegion(1, operands, attributes, result, box),
  ],
  variants: matmulVariants,
  bounded: true,
  overwrites: () => [],
  kernel: matmulKernel,
  gradient: matmulGradient,
  samples: matmulSamples,
  accuracy: 'sum',
});

function readAttributes(args: Arguments): MatmulAttributes | Problem {
  const transposeA = readBoolean('matmul', 'transpose_a', args['transpose_a'] ?? false);
  const transposeB = readBoolean('matmul', 'transpose_b', args['transpose_b'] ?? false);
  if (typeof transposeA !== 'boolean') return transposeA;
  if (typeof transposeB !== 'boolean') return transposeB;
  return { transpose_a: transposeA, transpose_b: transposeB };
}

/** The axes of the result, then the summed axis. */
function space({ operands: [a], attributes, result }: OpContext<MatmulAttributes>): ReturnType<KernelOp['space']> {
  const { summed } = matrixAxes(0, a.shape.length, attributes);
  const extents = [...result.shape, a.shape[summed]];
  return { extents, combine: ['add'], movable: extents.map((_, axis) => axis) };
}

function operandRegion(
  operand: 0 | 1,
  operands: readonly TensorType[],
  attributes: MatmulAttributes,
  result: TensorType,
  box: Box,
): Box {
  const type = operands[operand];
  const rank = result.shape.length;
  const axes = matrixAxes(operand, type.shape.length, attributes);
  const { batch, row, column } = resultAxes(operands, rank);
  const source = type.shape.map((_, axis) => {
    if (axis === axes.summed) return rank;
    if (axis === axes.kept) return operand === 0 ? row : column;
    return axis + batch - (type.shape.length - 2);
  });
  const broadcast = (axis: number): boolean => axis < type.shape.length - 2 && type.shape[axis] === 1;
  return {
    start: source.map((from, axis) => (broadcast(axis) ? 0 : box.start[from])),
    count: source.map((from, axis) => (broadcast(axis) ? 1 : box.count[from])),
    step: source.map((from, axis) => (broadcast(axis) ? 1 : box.step[from])),
  };
}
