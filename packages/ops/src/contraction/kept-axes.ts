/**
 * Where the axes of a contraction's operands are in its result. An axis that is summed is nowhere; what varies along others only may as well
 * be multiplied after the sum.
 */
import type { Attributes, TensorType } from '@tessera-dnn/graph';
import type { MatmulAttributes } from './matmul/shapes.ts';
import { matrixAxes, resultAxes } from './matmul/shapes.ts';

/** What a contraction sums: for each operand, the axis of the result for each of its axes; and how many products a sum has. */
export interface Contraction {
  readonly kept: readonly (readonly (number | undefined)[])[];
  readonly terms: number;
}

/** The ops that {@link contractionOf} knows. */
export const contractions = ['conv', 'conv_transpose', 'matmul'] as const;

/** What a call of one of the {@link contractions} sums. */
export function contractionOf(
  op: string,
  operands: readonly TensorType[],
  attributes: Attributes,
  result: TensorType,
): Contraction {
  if (op === 'matmul') return matmulOf(operands, attributes as MatmulAttributes, result);
  return convolutionOf(op, operands, Number(attributes['groups']));
}

function matmulOf(operands: readonly TensorType[], attributes: MatmulAttributes, { shape }: TensorType): Contraction {
  const { batch, row, column } = resultAxes(operands, shape.length);
  const kept = operands.map((type, operand) => {
    const rank = type.shape.length;
    const axes = matrixAxes(operand === 0 ? 0 : 1, rank, attributes);
    return type.shape.map((_, axis) => {
      if (axis === axes.summed) return undefined;
      if (axis === axes.kept) return operand === 0 ? row : column;
      return axis + batch - (rank - 2);
    });
  });
  const [{ shape: a }] = operands;
  return { kept, terms: a[matrixAxes(0, a.length, attributes).summed] };
}

/** In a depthwise convolution a channel of the input is one of the result. */
function convolutionOf(op: string, [x, weight]: readonly TensorType[], groups: number): Contraction {
  const inner = x.shape[1] / groups;
  const outputAxis = op === 'conv' ? 0 : 1;
  const outputs = op === 'conv' ? weight.shape[0] : weight.shape[1] * groups;
  const depthwise = inner === 1 && outputs === groups;
  const channel = depthwise ? 1 : undefined;
  const keptOfWeight = weight.shape.map((_, axis) => {
    if (depthwise) return axis === 0 ? 1 : undefined;
    return axis === outputAxis && (op === 'conv' || groups === 1) ? 1 : undefined;
  });
  const taps = weight.shape.slice(2).reduce((product, count) => product * count, 1);
  return {
    kept: [x.shape.map((_, axis) => (axis === 0 ? 0 : axis === 1 ? channel : undefined)), keptOfWeight],
    terms: inner * taps,
  };
}
