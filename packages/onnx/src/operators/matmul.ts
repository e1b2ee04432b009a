/** `MatMul`: NumPy's product. A vector is a row on the left and a column on the right, and that axis is left out of the result. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { isWeight, transposedWeight } from '../draft/weights.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

export const matmul: Operator = {
  name: 'MatMul',
  since: { 1: node => product(node, node.operand(0), node.operand(1)) },
};

/** The product of two tensors, as NumPy's `matmul`. */
export function product(node: Node, a: Value, b: Value): Value {
  if (a.type.shape.length === 0 || b.type.shape.length === 0) refuse('its operands have no axes');
  if (a.type.shape.length === 1)
    return without(node, product(node, node.call('reshape', [a], { shape: [1, ...a.type.shape] }), b), -2);
  if (b.type.shape.length === 1)
    return without(node, product(node, a, node.call('reshape', [b], { shape: [...b.type.shape, 1] })), -1);
  // Layers keep their weights as rows, one for each result, so that they are stored in this order once and for all.
  if (isWeight(b) && b.type.shape.length === 2)
    return node.call('matmul', [a, transposedWeight(b)], { transpose_b: true });
  return node.call('matmul', [a, b]);
}

function without(node: Node, x: Value, axis: -1 | -2): Value {
  const shape = x.type.shape.filter((_, at) => at !== x.type.shape.length + axis);
  return node.call('reshape', [x], { shape });
}
