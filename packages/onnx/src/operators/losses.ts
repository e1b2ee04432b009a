/** Losses of classes: `NegativeLogLikelihoodLoss` and `SoftmaxCrossEntropyLoss`. Classes are on axis 1. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { logSoftmax } from './softmax.ts';

export const losses: readonly Operator[] = [
  { name: 'NegativeLogLikelihoodLoss', since: { 12: node => likelihood(node, node.operand(0)) } },
  {
    name: 'SoftmaxCrossEntropyLoss',
    since: {
      12: node => {
        const logs = logSoftmax(node, node.operand(0), 1);
        return [likelihood(node, logs), logs];
      },
    },
  },
];

function likelihood(node: Node, logs: Value): Value {
  const [target, weight] = [node.operand(1), node.optional(2)];
  const { shape } = logs.type;
  const among = shape.map((extent, axis) => (axis === 1 ? extent : 1));
  const classes = node.constant('i32', among, upTo(shape[1]));
  const named = node.call('reshape', [target], { shape: [shape[0], 1, ...shape.slice(2)] });
  const hit = node.call('eq', [classes, named]);
  const chosen = node.call('neg', [node.call('sum', [node.call('where', [hit, logs, 0])], { axis: 1 })]);
  const share = shareOf(node, { target, weight, hit, among });
  const weighted = share === undefined ? chosen : node.call('mul', [chosen, share]);
  const reduction = node.text('reduction', 'mean');
  if (reduction === 'none') return weighted;
  const sum = node.call('sum', [weighted]);
  if (reduction === 'sum') return sum;
  if (reduction !== 'mean') refuse(`its reduction is ${reduction}`);
  return share === undefined ? node.call('mean', [weighted]) : node.call('div', [sum, node.call('sum', [share])]);
}

interface Shares {
  readonly target: Value;
  readonly weight: Value | undefined;
  readonly hit: Value;
  readonly among: readonly number[];
}

/** How much each sample counts; undefined if all count alike. */
function shareOf(node: Node, { target, weight, hit, among }: Shares): Value | undefined {
  const each =
    weight &&
    node.call('sum', [node.call('where', [hit, node.call('reshape', [weight], { shape: among }), 0])], { axis: 1 });
  if (!node.has('ignore_index')) return each;
  const counts = node.call('ne', [target, node.int('ignore_index', 0)]);
  if (each !== undefined) return node.call('where', [counts, each, 0]);
  return node.call('where', [counts, node.constant('f32', [], 1), node.constant('f32', [], 0)]);
}
