/** `MaxPool`, `AveragePool` and the global pools, over one or two spatial axes. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { brief, paddingArgs, type Window, windowOf } from '../lower/window.ts';
import { poolByPlaces } from './pool-by-places.ts';

export const pools: readonly Operator[] = [
  { name: 'MaxPool', since: { 1: maxPool } },
  { name: 'AveragePool', since: { 1: averagePool } },
  { name: 'GlobalAveragePool', since: { 1: node => global(node, 'mean') } },
  { name: 'GlobalMaxPool', since: { 1: node => global(node, 'max') } },
];

function global(node: Node, op: string): Value {
  const x = node.operand(0);
  return node.call(op, [x], { axis: upTo(x.type.shape.length).slice(2), keep: true });
}

function maxPool(node: Node): Value {
  node.ignore('storage_order');
  if (node.wants(1)) refuse('the places of the greatest elements are not taken', 'leave its second result out');
  return pooled(node, 'max_pool', false);
}

function averagePool(node: Node): Value {
  return pooled(node, 'avg_pool', !node.flag('count_include_pad', false));
}

/** A pool; with `onlyInside`, padding does not count in means. */
export function pooled(node: Node, op: string, onlyInside: boolean, x = node.operand(0)): Value {
  const window = windowOf(node, x.type.shape.slice(2));
  const ceil = node.flag('ceil_mode', false);
  if (!isPlain(x, window))
    return poolByPlaces(node, x, window, { kind: op === 'max_pool' ? 'max' : 'mean', ceil, onlyInside });
  const isPadded = window.padding.some(([low, high]) => low + high > 0);
  const isStep = window.stride.join() === window.kernel.join();
  return node.call(op, [x], {
    ...brief('kernel', window.kernel),
    ...(isStep ? {} : brief('stride', window.stride)),
    ...paddingArgs(window),
    ...(ceil && { ceil }),
    ...(isPadded && onlyInside && { count_padding: false }),
  });
}

/** Whether the language has an operation for such a pool. */
function isPlain({ type: { shape } }: Value, { kernel, dilation, padding }: Window): boolean {
  const isNarrow = padding.every(([low, high], axis) => 2 * Math.max(low, high) <= kernel[axis]);
  return shape.length < 5 && dilation.every(n => n === 1) && isNarrow;
}
