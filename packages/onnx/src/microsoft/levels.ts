/** Operators on levels of 8 bits: each is what it is called on the numbers that the levels stand for, and gives levels again. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { product } from '../operators/matmul.ts';
import { pooled } from '../operators/pool.ts';
import { dequantized, dequantizeLinear, dynamic, quantized, quantizeLinear } from '../operators/quantize.ts';
import { softmax } from '../operators/softmax.ts';
import { microsoft } from './operator.ts';

export const linear: readonly Operator[] = [
  microsoft('QuantizeLinear', quantizeLinear),
  microsoft('DequantizeLinear', dequantizeLinear),
  microsoft('QLinearAdd', node => ofTwo(node, 'add')),
  microsoft('QLinearMul', node => ofTwo(node, 'mul')),
  microsoft('QLinearConcat', concat),
  microsoft('QLinearSigmoid', node => ofOne(node, x => node.call('sigmoid', [x]))),
  microsoft('QLinearLeakyRelu', node => {
    const slope = node.float('alpha', 0.01);
    return ofOne(node, x => node.call('where', [node.call('gt', [x, 0]), x, node.call('mul', [slope, x])]));
  }),
  microsoft('QLinearSoftmax', qLinearSoftmax),
  microsoft('QLinearGlobalAveragePool', node => {
    const isLast = node.flag('channels_last', false);
    const spatial = (rank: number) => upTo(rank).filter(axis => axis !== 0 && axis !== (isLast ? rank - 1 : 1));
    return ofOne(node, x => node.call('mean', [x], { axis: spatial(x.type.shape.length), keep: true }));
  }),
  microsoft('QLinearAveragePool', node => {
    if (node.flag('channels_last', false)) refuse('its channels are last');
    return ofOne(node, x => pooled(node, 'avg_pool', !node.flag('count_include_pad', false), x));
  }),
  microsoft('QGemm', qGemm),
  microsoft('MatMulIntegerToFloat', node => {
    const [a, b] = [numbers(node, 0, 2, 4, -2), numbers(node, 1, 3, 5, -1)];
    return biased(node, product(node, a, b), node.optional(6));
  }),
  microsoft('DynamicQuantizeMatMul', node => {
    const [steps, scale, zero] = dynamic(node);
    const a = dequantized(node, steps, { scale, zero, axis: 0 });
    return biased(node, product(node, a, numbers(node, 1, 2, 3, -1)), node.optional(4));
  }),
];

/** The numbers that levels among the operands stand for, with their scale and zero point, one for each place of `axis` or one for all. */
function numbers(node: Node, x: number, scale: number, zero: number, axis = -1): Value {
  const value = node.operand(x);
  const { length } = value.type.shape;
  const along = length === 0 ? 0 : axisOf(length === 1 ? 0 : axis, length);
  return dequantized(node, value, { scale: node.operand(scale), zero: node.optional(zero), axis: along });
}

/** The levels for numbers; their type is that of the zero point, or of operand `like`. */
function levelsOf(node: Node, value: Value, scale: number, zero: number, like: number): Value {
  const point = node.optional(zero);
  const type = (point ?? node.operand(like)).type.element;
  return quantized(node, value, { scale: node.operand(scale), zero: point, axis: 0, type });
}

function ofOne(node: Node, formula: (x: Value) => Value): Value {
  return levelsOf(node, formula(numbers(node, 0, 1, 2)), 3, 4, 0);
}

function ofTwo(node: Node, op: string): Value {
  return levelsOf(node, node.call(op, [numbers(node, 0, 1, 2), numbers(node, 3, 4, 5)]), 6, 7, 0);
}

/** After scale and zero point of the result there are three operands for each part. */
function concat(node: Node): Value {
  const parts = upTo(Math.floor((node.count - 2) / 3)).map(i => numbers(node, 2 + 3 * i, 3 + 3 * i, 4 + 3 * i));
  if (parts.length === 0) refuse('it has no parts');
  const axis = axisOf(node.int('axis', 0), parts[0].type.shape.length);
  return levelsOf(node, node.call('concat', parts, { axis }), 0, 1, 2);
}

function qLinearSoftmax(node: Node): Value {
  const rank = node.operand(0).type.shape.length;
  const isOverOne = node.int('opset', 13) >= 13;
  const axis = axisOf(node.int('axis', isOverOne ? -1 : 1), rank);
  if (!isOverOne && axis !== rank - 1) refuse('it is over several axes');
  return ofOne(node, x => softmax(node, x, axis));
}

/** The bias has the scale of products of levels. Without a scale the result is floats. */
function qGemm(node: Node): Value {
  const [transA, transB] = [node.flag('transA', false), node.flag('transB', false)];
  const alpha = node.float('alpha', 1);
  const [a, b] = [numbers(node, 0, 1, 2), numbers(node, 3, 4, 5, transB ? 0 : 1)];
  const sums = node.call('matmul', [a, b], {
    ...(transA && { transpose_a: true }),
    ...(transB && { transpose_b: true }),
  });
  const bias = node.optional(6);
  const all = bias === undefined ? sums : node.call('add', [sums, ofProducts(node, bias)]);
  const scaled = alpha === 1 ? all : node.call('mul', [all, alpha]);
  return node.optional(7) === undefined ? scaled : levelsOf(node, scaled, 7, 8, 0);
}

function ofProducts(node: Node, bias: Value): Value {
  const factor = node.call('mul', [node.operand(1), node.operand(4)]);
  return node.call('mul', [node.call('cast', [bias], { element: 'f32' }), factor]);
}

function biased(node: Node, x: Value, bias: Value | undefined): Value {
  return bias === undefined ? x : node.call('add', [x, bias]);
}
