/**
 * `TopK`: the greatest or least elements along an axis, in order. The rank of each element is how many come before it, so that an element of rank k is
 * picked by a mask.
 */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { transposed } from './movement.ts';

export const topK: Operator = {
  name: 'TopK',
  since: { 1: node => lower(node, node.int('k', 0)), 10: node => lower(node, node.numbers(1)[0]) },
};

/** Elements are compared with each other, so that more of them would take too much. */
const mostElements = 2048;

function lower(node: Node, k: number): readonly Value[] {
  node.ignore('sorted');
  const x = node.operand(0);
  const rank = x.type.shape.length;
  const axis = axisOf(node.int('axis', -1), rank);
  const extent = x.type.shape[axis];
  if (k < 1 || k > extent || extent > mostElements)
    refuse(`it takes ${k} of ${extent} elements, and at most ${mostElements} can be ordered`);
  const order = [...upTo(rank).filter(at => at !== axis), axis];
  const back = upTo(rank).map(at => order.indexOf(at));
  const rows = transposed(node, x, order);
  const outer = rows.type.shape.slice(0, -1);
  const [mine, others] = [
    [...outer, extent, 1],
    [...outer, 1, extent],
  ].map(shape => node.call('reshape', [rows], { shape }));
  const own = node.constant('i32', [extent, 1], upTo(extent));
  const other = node.constant('i32', [1, extent], upTo(extent));
  const ahead = node.call(node.flag('largest', true) ? 'gt' : 'lt', [others, mine]);
  const tied = node.call('and', [node.call('eq', [others, mine]), node.call('lt', [other, own])]);
  const ranks = node.call('sum', [node.call('cast', [node.call('or', [ahead, tied])], { element: 'i32' })], {
    axis: rank,
  });
  const places = node.call('eq', [
    node.call('reshape', [ranks], { shape: [...outer, 1, extent] }),
    node.constant('i32', [k, 1], upTo(k)),
  ]);
  const zero = node.constant(x.type.element, [], 0);
  const values = node.call('sum', [node.call('where', [places, others, zero])], { axis: rank });
  const indices = node.call('sum', [node.call('where', [places, other, node.constant('i32', [], 0)])], { axis: rank });
  return [transposed(node, values, back), transposed(node, indices, back)];
}
