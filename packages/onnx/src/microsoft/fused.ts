/** Contractions that onnxruntime's optimiser has joined with what stood around them. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { windowOf } from '../lower/window.ts';
import { convolution, withBias } from '../operators/conv.ts';
import { gemm } from '../operators/gemm.ts';
import { product } from '../operators/matmul.ts';
import { microsoft } from './operator.ts';

export const fused: readonly Operator[] = [
  microsoft('FusedConv', conv),
  microsoft('FusedMatMul', matmul),
  microsoft('TransposeMatMul', matmul),
  microsoft('FusedGemm', node => {
    const lower = gemm.since[7](node);
    const parameters = ['alpha', 'beta', 'gamma'].map(name => node.float(`activation_${name}`, Number.NaN));
    return activated(node, lower as Value, parameters);
  }),
];

/** A convolution, to which a fourth operand may be added before the activation. */
function conv(node: Node): Value {
  const [x, weight, bias, other] = [node.operand(0), node.operand(1), node.optional(2), node.optional(3)];
  const window = windowOf(node, x.type.shape.slice(2), weight.type.shape.slice(2));
  const sums = withBias(node, convolution(node, x, weight, window, node.int('group', 1)), bias);
  const all = other === undefined ? sums : node.call('add', [sums, other]);
  return activated(node, all, node.floats('activation_params') ?? []);
}

/** The activation that the attribute names, with its parameters in the order in which the operator of that name lists them. */
function activated(node: Node, x: Value, parameters: readonly number[]): Value {
  const [first, second] = parameters;
  const or = (value: number | undefined, otherwise: number) =>
    value === undefined || Number.isNaN(value) ? otherwise : value;
  const name = node.text('activation', '');
  switch (name) {
    case '':
      return x;
    case 'Relu':
    case 'Tanh':
    case 'Sigmoid':
      return node.call(name.toLowerCase(), [x]);
    case 'LeakyRelu':
      return node.call('where', [node.call('gt', [x, 0]), x, node.call('mul', [x, or(first, 0.01)])]);
    case 'Clip':
      return node.call('minimum', [node.call('maximum', [x, or(first, -3.4e38)]), or(second, 3.4e38)]);
    case 'HardSigmoid': {
      const line = node.call('add', [node.call('mul', [x, or(first, 0.2)]), or(second, 0.5)]);
      return node.call('maximum', [node.call('minimum', [line, 1]), 0]);
    }
    default:
      return refuse(`its activation ${name} is not known`);
  }
}

/** A product of matrices, either transposed, times `alpha`. */
function matmul(node: Node): Value {
  if (node.flag('transBatchA', false) || node.flag('transBatchB', false)) refuse('its batches are transposed');
  const [a, b] = [transposed(node, 0, 'transA'), transposed(node, 1, 'transB')];
  const alpha = node.float('alpha', 1);
  const result = product(node, a, b);
  return alpha === 1 ? result : node.call('mul', [result, alpha]);
}

/** Vectors have nothing to transpose. */
function transposed(node: Node, at: number, flag: string): Value {
  const x = node.operand(at);
  const rank = x.type.shape.length;
  if (!node.flag(flag, false) || rank < 2) return x;
  return node.call('transpose', [x], { axes: [...upTo(rank - 2), rank - 1, rank - 2] });
}
