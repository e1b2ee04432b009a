/** `Round`: to the nearest whole number, ties to the even one. */
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

/** Rounds element by element. */
export const round: Operator = { name: 'Round', since: { 11: node => rounded(node, node.operand(0)) } };

/** From here on every float of 32 bits is a whole number. */
const wholeFrom = 2 ** 23;

/** The nearest whole number, of two equally near ones the even one. */
export function rounded(node: Node, x: Value): Value {
  const down = node.call('floor', [x]);
  const rest = node.call('sub', [x, down]);
  const half = node.call('mul', [down, 0.5]);
  const isOdd = node.call('ne', [half, node.call('floor', [half])]);
  const up = node.call('or', [node.call('gt', [rest, 0.5]), node.call('and', [node.call('eq', [rest, 0.5]), isOdd])]);
  const near = node.call('where', [up, node.call('add', [down, 1]), down]);
  return node.call('where', [node.call('lt', [node.call('abs', [x]), wholeFrom]), near, x]);
}
