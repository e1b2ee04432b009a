/** Hyperbolic functions and their inverses, written so that no digits are lost near 0. */
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

const of = (name: string, formula: (node: Node, x: Value) => Value): Operator => ({
  name,
  since: { 1: node => formula(node, node.operand(0)) },
});

export const hyperbolics: readonly Operator[] = [
  of('Sinh', sinh),
  of('Cosh', cosh),
  of('Asinh', asinh),
  of('Acosh', acosh),
  of('Atanh', atanh),
];

/** With e = exp|x| - 1: (e + e / (e + 1)) / 2, with the sign of x. */
function sinh(node: Node, x: Value): Value {
  const e = node.call('expm1', [node.call('abs', [x])]);
  const sum = node.call('add', [e, node.call('div', [e, node.call('add', [e, 1])])]);
  return node.call('mul', [node.call('mul', [sum, 0.5]), node.call('sign', [x])]);
}

function cosh(node: Node, x: Value): Value {
  const e = node.call('exp', [node.call('abs', [x])]);
  return node.call('mul', [node.call('add', [e, node.call('div', [1, e])]), 0.5]);
}

/** log1p(|x| + x² / (1 + √(x² + 1))), with the sign of x. */
function asinh(node: Node, x: Value): Value {
  const square = node.call('mul', [x, x]);
  const root = node.call('sqrt', [node.call('add', [square, 1])]);
  const inner = node.call('add', [node.call('abs', [x]), node.call('div', [square, node.call('add', [root, 1])])]);
  return node.call('mul', [node.call('sign', [x]), node.call('log1p', [inner])]);
}

function acosh(node: Node, x: Value): Value {
  const less = node.call('sub', [x, 1]);
  const root = node.call('sqrt', [node.call('mul', [less, node.call('add', [x, 1])])]);
  return node.call('log1p', [node.call('add', [less, root])]);
}

function atanh(node: Node, x: Value): Value {
  const difference = node.call('sub', [node.call('log1p', [x]), node.call('log1p', [node.call('neg', [x])])]);
  return node.call('mul', [difference, 0.5]);
}
