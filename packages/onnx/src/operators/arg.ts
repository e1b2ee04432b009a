/** `ArgMax` and `ArgMin`: the first of equals, or the last. */
import type { Value } from '../draft/value.ts';
import { axisOf } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { flipped } from './slice.ts';

export const argReductions: readonly Operator[] = [
  { name: 'ArgMax', since: { 1: node => place(node, 'argmax') } },
  { name: 'ArgMin', since: { 1: node => place(node, 'argmin') } },
];

function place(node: Node, op: string): Value {
  const x = node.operand(0);
  const axis = axisOf(node.int('axis', 0), x.type.shape.length);
  const args = { axis, ...(node.flag('keepdims', true) && { keep: true }) };
  if (!node.flag('select_last_index', false)) return node.call(op, [x], args);
  // The last is the first from behind.
  const last = node.constant('i32', [], x.type.shape[axis] - 1);
  return node.call('sub', [last, node.call(op, [flipped(node, x, axis)], args)]);
}
