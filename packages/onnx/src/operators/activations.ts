/** Activations that the prelude has blocks for, or that are a formula. */
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Lower, Operator } from '../lower/operator.ts';

type Formula = (node: Node, x: Value) => Value;

function activation(name: string, formula: Formula): Operator {
  const lower: Lower = node => {
    node.ignore('consumed_inputs');
    return formula(node, node.operand(0));
  };
  return { name, since: { 1: lower } };
}

export const activations: readonly Operator[] = [
  activation('LeakyRelu', (node, x) => {
    const slope = node.float('alpha', 0.01);
    const args = Math.fround(0.01) === Math.fround(slope) ? {} : { slope };
    return node.block('leaky_relu', [x], args, () => choose(node, x, x, node.call('mul', [slope, x])));
  }),
  activation('Elu', (node, x) => {
    const alpha = node.float('alpha', 1);
    return node.block('elu', [x], alpha === 1 ? {} : { alpha }, () =>
      choose(node, x, x, times(node, shrunk(node, x), alpha)),
    );
  }),
  activation('Selu', (node, x) => {
    const [alpha, gamma] = [node.float('alpha', 1.6732632423543772), node.float('gamma', 1.0507009873554805)];
    return times(node, choose(node, x, x, times(node, shrunk(node, x), alpha)), gamma);
  }),
  activation('Celu', (node, x) => {
    const alpha = node.float('alpha', 1);
    const low = node.call('expm1', [node.call('div', [node.call('minimum', [x, 0]), alpha])]);
    return node.call('add', [node.call('relu', [x]), times(node, low, alpha)]);
  }),
  activation('Softplus', (node, x) =>
    node.block('softplus', [x], {}, () => {
      const low = node.call('minimum', [x, node.call('neg', [x])]);
      return node.call('add', [node.call('relu', [x]), node.call('log1p', [node.call('exp', [low])])]);
    }),
  ),
  activation('Softsign', (node, x) => node.call('div', [x, node.call('add', [node.call('abs', [x]), 1])])),
  activation('HardSigmoid', (node, x) => hardSigmoid(node, x, node.float('alpha', 0.2), node.float('beta', 0.5))),
  activation('HardSwish', (node, x) => node.block('hard_swish', [x], {}, () => node.call('mul', [x, sixths(node, x)]))),
  activation('ThresholdedRelu', (node, x) => {
    const above = node.call('gt', [x, node.float('alpha', 1)]);
    return node.call('where', [above, x, 0]);
  }),
  activation('Mish', (node, x) => {
    const low = node.call('minimum', [x, node.call('neg', [x])]);
    const softplus = node.call('add', [node.call('relu', [x]), node.call('log1p', [node.call('exp', [low])])]);
    return node.call('mul', [x, node.call('tanh', [softplus])]);
  }),
  { name: 'Gelu', since: { 20: gelu } },
  { name: 'PRelu', since: { 1: prelu, 7: prelu } },
  { name: 'Shrink', since: { 9: shrink } },
];

function choose(node: Node, condition: Value, a: Value, b: Value): Value {
  return node.call('where', [node.call('gt', [condition, 0]), a, b]);
}

function times(node: Node, x: Value, factor: number): Value {
  return factor === 1 ? x : node.call('mul', [factor, x]);
}

function shrunk(node: Node, x: Value): Value {
  return node.call('expm1', [node.call('minimum', [x, 0])]);
}

/** relu6(x + 3) / 6, as the prelude has it. */
function sixths(node: Node, x: Value): Value {
  return node.call('mul', [node.call('minimum', [6, node.call('relu', [node.call('add', [x, 3])])]), 1 / 6]);
}

/** max(0, min(1, alpha · x + beta)). */
function hardSigmoid(node: Node, x: Value, alpha: number, beta: number): Value {
  if (Math.fround(alpha) === Math.fround(1 / 6) && beta === 0.5)
    return node.block('hard_sigmoid', [x], {}, () => sixths(node, x));
  const line = node.call('add', [node.call('mul', [x, alpha]), beta]);
  return node.call('maximum', [node.call('minimum', [line, 1]), 0]);
}

function gelu(node: Node): Value {
  const x = node.operand(0);
  return node.text('approximate', 'none') === 'tanh' ? tanhGelu(node, x) : erfGelu(node, x);
}

/** x · Φ(x), by the error function. */
export function erfGelu(node: Node, x: Value): Value {
  return node.block('gelu', [x], {}, () => {
    const erf = node.call('erf', [node.call('mul', [x, 1 / Math.sqrt(2)])]);
    return node.call('mul', [x, node.call('add', [0.5, node.call('mul', [0.5, erf])])]);
  });
}

/** Hendrycks and Gimpel's approximation. */
export function tanhGelu(node: Node, x: Value): Value {
  const cube = node.call('mul', [node.call('mul', [x, x]), x]);
  const inner = node.call('mul', [node.call('add', [x, node.call('mul', [cube, 0.044715])]), Math.sqrt(2 / Math.PI)]);
  return node.call('mul', [node.call('mul', [x, 0.5]), node.call('add', [node.call('tanh', [inner]), 1])]);
}

function prelu(node: Node): Value {
  const [x, slope] = [node.operand(0), node.operand(1)];
  node.ignore('consumed_inputs');
  // Before version 7 a slope for each channel stood as a vector.
  const isPerChannel =
    node.opset < 7 &&
    slope.type.shape.length === 1 &&
    x.type.shape.length > 1 &&
    slope.type.shape[0] === x.type.shape[1];
  const shape = [...slope.type.shape, ...x.type.shape.slice(2).map(() => 1)];
  const factor = isPerChannel && shape.length > 1 ? node.call('reshape', [slope], { shape }) : slope;
  return node.call('where', [node.call('gt', [x, 0]), x, node.call('mul', [factor, x])]);
}

function shrink(node: Node): Value {
  const x = node.operand(0);
  const [bias, lambda] = [node.float('bias', 0), node.float('lambd', 0.5)];
  const above = node.call('where', [node.call('gt', [x, lambda]), node.call('sub', [x, bias]), 0]);
  return node.call('where', [node.call('lt', [x, -lambda]), node.call('add', [x, bias]), above]);
}
