/** `CumSum`: running sums, from either end, with the element itself or without. */
import type { Value } from '../draft/value.ts';
import { axisOf } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { flipped, part } from './slice.ts';

export const cumsum: Operator = { name: 'CumSum', since: { 11: lower } };

function lower(node: Node): Value {
  const x = node.operand(0);
  const axis = axisOf(node.numbers(1)[0], x.type.shape.length);
  const reverse = node.flag('reverse', false);
  const forwards = reverse ? flipped(node, x, axis) : x;
  const sums = node.call('cumsum', [node.flag('exclusive', false) ? shifted(node, forwards, axis) : forwards], {
    axis,
  });
  return reverse ? flipped(node, sums, axis) : sums;
}

/** One place further along an axis, beginning with zero. */
function shifted(node: Node, x: Value, axis: number): Value {
  const padding = x.type.shape.map((_, at) => (at === axis ? [1, 0] : [0, 0]));
  return part(node, node.call('pad', [x], { padding }), axis, 0, x.type.shape[axis]);
}
