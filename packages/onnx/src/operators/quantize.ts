/** Numbers of 8 bits: `QuantizeLinear`, `DequantizeLinear`, and the operators that compute with levels. */
import type { ElementType } from '@tessera-dnn/graph';
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { windowOf } from '../lower/window.ts';
import { convolution } from './conv.ts';
import { product } from './matmul.ts';

export const quantizations: readonly Operator[] = [
  { name: 'QuantizeLinear', since: { 10: node => quantizeLinear(node) } },
  { name: 'DequantizeLinear', since: { 10: node => dequantizeLinear(node) } },
  { name: 'DynamicQuantizeLinear', since: { 11: dynamic } },
  {
    name: 'QLinearMatMul',
    since: {
      10: node => {
        const [a, b] = [levels(node, 0, 1, 2, -2), levels(node, 3, 4, 5, -1)];
        return requantized(node, product(node, a, b), 6, 7);
      },
    },
  },
  { name: 'QLinearConv', since: { 10: qLinearConv } },
  { name: 'MatMulInteger', since: { 10: node => product(node, centred(node, 0, 2, -2), centred(node, 1, 3, -1)) } },
  {
    name: 'ConvInteger',
    since: {
      10: node => {
        const [x, weight] = [centred(node, 0, 2, -1), centred(node, 1, 3, 0)];
        return convolution(
          node,
          x,
          weight,
          windowOf(node, x.type.shape.slice(2), weight.type.shape.slice(2)),
          node.int('group', 1),
        );
      },
    },
  },
];

/** Scale or zero point in a shape that broadcasts to `x`, if it is one for each place of an axis. */
function spread(node: Node, value: Value, x: Value, axis: number): Value {
  const { shape } = value.type;
  if (shape.length === 0) return value;
  if (shape.length > 1) return refuse('its scale has more than one axis');
  if (shape[0] === 1) return node.call('reshape', [value], { shape: [] });
  const at = axisOf(axis, x.type.shape.length);
  return node.call('reshape', [value], { shape: x.type.shape.map((_, one) => (one === at ? shape[0] : 1)) });
}

/** The node's operand as levels. */
export function quantizeLinear(node: Node): Value {
  const [x, scale, zero] = [node.operand(0), node.operand(1), node.optional(2)];
  node.ignore('saturate');
  if (node.int('block_size', 0) !== 0) refuse('it is blocked');
  return quantized(node, x, { scale, zero, axis: node.int('axis', 1), type: zero?.type.element ?? 'u8' });
}

interface Levels {
  readonly scale: Value;
  readonly zero: Value | undefined;
  readonly axis: number;
  readonly type: ElementType;
}

/** Numbers as levels. */
export function quantized(node: Node, x: Value, { scale, zero, axis, type }: Levels): Value {
  if (type !== 'u8' && type !== 'i8') refuse(`its levels are ${type}`);
  const at = x.type.shape.length === 0 ? 0 : Math.min(axis, x.type.shape.length - 1);
  const operands = [
    x,
    spread(node, scale, x, at),
    zero === undefined ? node.constant(type, [], 0) : spread(node, zero, x, at),
  ];
  return node.call('quantize_broadcast', operands, { type });
}

/** The numbers that the node's operand stands for. */
export function dequantizeLinear(node: Node): Value {
  const [x, scale, zero] = [node.operand(0), node.operand(1), node.optional(2)];
  if (node.int('block_size', 0) !== 0) refuse('it is blocked');
  return dequantized(node, x, { scale, zero, axis: node.int('axis', 1) });
}

/** The numbers that levels stand for. */
export function dequantized(node: Node, x: Value, { scale, zero, axis }: Omit<Levels, 'type'>): Value {
  const at = x.type.shape.length === 0 ? 0 : Math.min(axis, x.type.shape.length - 1);
  const operands = [
    x,
    spread(node, scale, x, at),
    zero === undefined ? node.constant(x.type.element, [], 0) : spread(node, zero, x, at),
  ];
  return node.call('dequantize_broadcast', operands);
}

/** The range of x, with zero in it, as 256 levels from 0 on. */
export function dynamic(node: Node): readonly Value[] {
  const x = node.operand(0);
  const [high, low] = [
    node.call('maximum', [node.call('max', [x]), 0]),
    node.call('minimum', [node.call('min', [x]), 0]),
  ];
  const scale = node.call('div', [node.call('sub', [high, low]), 255]);
  const zero = node.call('quantize_broadcast', [node.call('neg', [low]), scale, node.constant('u8', [], 0)], {
    type: 'u8',
  });
  return [node.call('quantize_broadcast', [x, scale, zero], { type: 'u8' }), scale, zero];
}

/** The numbers that levels among the operands stand for. */
function levels(node: Node, x: number, scale: number, zero: number, axis: number): Value {
  return dequantized(node, node.operand(x), {
    scale: node.operand(scale),
    zero: node.operand(zero),
    axis: axisOf(axis, node.operand(x).type.shape.length),
  });
}

function requantized(node: Node, x: Value, scale: number, zero: number): Value {
  const point = node.operand(zero);
  return quantized(node, x, {
    scale: node.operand(scale),
    zero: point,
    axis: x.type.shape.length - 1,
    type: point.type.element,
  });
}

function qLinearConv(node: Node): Value {
  const [x, weight, bias] = [levels(node, 0, 1, 2, 1), levels(node, 3, 4, 5, 0), node.optional(8)];
  const window = windowOf(node, x.type.shape.slice(2), weight.type.shape.slice(2));
  const sums = convolution(node, x, weight, window, node.int('group', 1));
  if (bias === undefined) return requantized(node, sums, 6, 7);
  // The bias is stored in the scale that products of levels have.
  const factor = node.call('mul', [node.operand(1), node.operand(4)]);
  const added = node.call('mul', [node.call('cast', [bias], { element: 'f32' }), factor]);
  const shape = [bias.type.shape[0], ...x.type.shape.slice(2).map(() => 1)];
  return requantized(node, node.call('add', [sums, node.call('reshape', [added], { shape })]), 6, 7);
}

/** Levels as whole numbers from their zero point on. */
function centred(node: Node, x: number, zero: number, axis: number): Value {
  const [value, point] = [node.operand(x), node.optional(zero)];
  const wide = node.call('cast', [value], { element: 'i32' });
  if (point === undefined) return wide;
  const rank = value.type.shape.length;
  return node.call('sub', [
    wide,
    node.call('cast', [spread(node, point, value, axisOf(axis, rank))], { element: 'i32' }),
  ]);
}
