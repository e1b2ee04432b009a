/** `ReverseSequence`, and `Compress` where it is known what stays. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, product, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { elementPlaces } from './gather.ts';
import { around } from './pad.ts';

export const sequences: readonly Operator[] = [
  { name: 'ReverseSequence', since: { 10: reverse } },
  { name: 'Compress', since: { 9: compress } },
];

function reverse(node: Node): Value {
  const [x, lengths] = [node.operand(0), node.operand(1)];
  const { shape } = x.type;
  const [batch, time] = [node.int('batch_axis', 1), node.int('time_axis', 0)];
  if (batch === time || batch > 1 || time > 1 || shape.length < 2) refuse('its axes are not the first two');
  const along = (axis: number) =>
    node.constant(
      'i32',
      shape.map((extent, at) => (at === axis ? extent : 1)),
      upTo(shape[axis]),
    );
  const length = node.call('reshape', [lengths], { shape: shape.map((extent, at) => (at === batch ? extent : 1)) });
  const step = along(time);
  const mirrored = node.call('sub', [node.call('sub', [length, 1]), step]);
  const place = node.call('where', [node.call('lt', [step, length]), mirrored, step]);
  const places = node.call('broadcast_to', [place], { shape });
  const flat = node.call('reshape', [x], { shape: [product(shape)] });
  return node.call('gather', [flat, elementPlaces(node, places, shape, time)]);
}

function compress(node: Node): Value {
  const x = node.operand(0);
  const chosen = node.numbers(1).flatMap((keeps, at) => (keeps === 0 ? [] : [at]));
  if (chosen.length === 0) refuse('nothing stays');
  if (node.has('axis')) return around(node, x, axisOf(node.int('axis', 0), x.type.shape.length), chosen);
  return around(node, node.call('reshape', [x], { shape: [product(x.type.shape)] }), 0, chosen);
}
