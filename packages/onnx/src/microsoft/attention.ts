/** Attention of several heads, as onnxruntime's optimiser finds it in transformers; without what is kept from run to run. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { product } from '../operators/matmul.ts';
import { part } from '../operators/slice.ts';
import { softmax } from '../operators/softmax.ts';
import { microsoft } from './operator.ts';

export const attentions: readonly Operator[] = [microsoft('Attention', attention)];

/** Queries, keys and values are one product of the input, one behind the other; heads are neighbouring channels. */
function attention(node: Node): Value {
  const [x, weight, bias] = [node.operand(0), node.operand(1), node.optional(2)];
  for (const at of [4, 6]) if (node.optional(at)) refuse(`it has an operand ${at}, which keeps what was`);
  if (node.wants(1)) refuse('its second result is not taken', 'export the model without a cache');
  if (node.flag('do_rotary', false) || node.flag('past_present_share_buffer', false))
    refuse('it rotates, or has a cache');
  const sizes = node.ints('qkv_hidden_sizes');
  const width = weight.type.shape[1] / 3;
  if (sizes?.some(size => size !== width)) refuse('queries, keys and values have different sizes');
  const heads = node.int('num_heads', 0);
  if (x.type.shape.length !== 3 || heads < 1 || width % heads !== 0)
    refuse(`${width} channels do not make ${heads} heads`);
  const products = product(node, x, weight);
  const all = bias === undefined ? products : node.call('add', [products, bias]);
  const [batch, steps] = x.type.shape;
  const [q, k, v] = upTo(3).map(i => inHeads(node, part(node, all, 2, i * width, width), heads));
  const scale = node.float('scale', 0) || 1 / Math.sqrt(width / heads);
  const scores = node.call('mul', [node.call('matmul', [q, k], { transpose_b: true }), scale]);
  const seen = softmax(node, masked(node, scores, [batch, steps]), 3);
  const mixed = node.call('transpose', [node.call('matmul', [seen, v])], { axes: [0, 2, 1, 3] });
  return node.call('reshape', [mixed], { shape: [batch, steps, width] });
}

/** `[batch, steps, channels]` as `[batch, heads, steps, channels of a head]`. */
function inHeads(node: Node, x: Value, heads: number): Value {
  const [batch, steps, width] = x.type.shape;
  const apart = node.call('reshape', [x], { shape: [batch, steps, heads, width / heads] });
  return node.call('transpose', [apart], { axes: [0, 2, 1, 3] });
}

/** Scores of what must not be seen are as low as the node says: steps that come later, and those where the mask is 0. A bias is added. */
function masked(node: Node, scores: Value, [batch, steps]: readonly number[]): Value {
  const low = node.float('mask_filter_value', -10_000);
  const mask = node.optional(3);
  const bias = node.optional(5);
  let result = bias === undefined ? scores : node.call('add', [scores, bias]);
  if (mask !== undefined) {
    if (mask.type.shape.join() !== `${batch},${steps}`)
      refuse(`its mask is [${mask.type.shape.join(', ')}], and not [${batch}, ${steps}]`);
    const isHidden = node.call('eq', [node.call('reshape', [mask], { shape: [batch, 1, 1, steps] }), 0]);
    result = node.call('add', [result, node.call('where', [isHidden, low, node.constant('f32', [], 0)])]);
  }
  if (!node.flag('unidirectional', false)) return result;
  const places = (axis: number) => node.constant('i32', axis === 0 ? [steps, 1] : [1, steps], upTo(steps));
  return node.call('where', [node.call('gt', [places(1), places(0)]), low, result]);
}
