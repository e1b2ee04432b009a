/** `dense`, `conv1d`, `conv2d` and `conv_transpose2d`: a contraction with weights of its own, and the bias that is added to it. */

import { type BlockSource, type CallSource, callOf, type Value, type WeightSource } from '../draft/value.ts';
import { isWeight } from '../draft/weights.ts';
import { brief } from '../lower/window.ts';
import type { Pattern, Recognising } from './pattern.ts';

export const layers: readonly Pattern[] = [biased, plain];

/** A layer without bias. */
function plain(context: Recognising, value: Value): Value | undefined {
  const source = value.source.kind === 'call' ? layerOf(context, value.source) : undefined;
  return source && { type: value.type, source, hint: value.hint };
}

/** The bias that is added to a layer which nothing else reads. */
function biased(context: Recognising, value: Value, original: Value): Value | undefined {
  const sum = callOf(value, 'add');
  if (sum === undefined || original.source.kind !== 'call') return undefined;
  for (const at of [0, 1]) {
    const [layer, other] = [sum.operands[at], sum.operands[1 - at]];
    if (
      layer.source.kind !== 'block' ||
      context.isShared(original.source.operands[at]) ||
      layer.source.args['bias'] !== false
    )
      continue;
    const bias = biasOf(context, other, layer.source);
    if (bias === undefined || layer.type.shape.join() !== value.type.shape.join()) continue;
    const { bias: _, ...args } = layer.source.args;
    return {
      type: value.type,
      source: { ...layer.source, args, variables: { ...layer.source.variables, bias } },
      hint: { ...layer.hint, ...value.hint },
    };
  }
  return undefined;
}

/** The weights that a layer adds, in the shape that its block gives them. */
function biasOf(context: Recognising, value: Value, { block, args }: BlockSource): WeightSource | undefined {
  const moved = callOf(value, 'reshape');
  const bias = block === 'dense' ? value : moved?.operands[0];
  if (bias === undefined || !isOwn(context, bias) || bias.type.shape.length !== 1) return undefined;
  const [units] = bias.type.shape;
  if (units !== (args['units'] ?? args['channels'])) return undefined;
  if (block === 'dense') return bias.source;
  const behind = block === 'conv1d' ? 1 : 2;
  return value.type.shape.join() === [units, ...Array.from({ length: behind }, () => 1)].join()
    ? bias.source
    : undefined;
}

function isOwn({ reads }: Recognising, value: Value): value is Value & { readonly source: WeightSource } {
  return isWeight(value) && reads.get(value.source.stored) === 1;
}

function layerOf(context: Recognising, { op, operands: [x, weight], args }: CallSource): BlockSource | undefined {
  if (weight === undefined || !isOwn(context, weight)) return undefined;
  const { shape } = weight.type;
  const variables = { weight: weight.source };
  if (
    op.name === 'matmul' &&
    args['transpose_b'] === true &&
    args['transpose_a'] !== true &&
    shape.length === 2 &&
    x.type.shape.length > 1
  ) {
    return { kind: 'block', block: 'dense', operands: [x], args: { units: shape[0], bias: false }, variables };
  }
  if (op.name === 'conv') {
    const block = shape.length === 3 ? 'conv1d' : 'conv2d';
    return {
      kind: 'block',
      block,
      operands: [x],
      args: { channels: shape[0], ...brief('kernel', shape.slice(2)), ...args, bias: false },
      variables,
    };
  }
  if (op.name === 'conv_transpose' && shape.length === 4) {
    const groups = args['groups'] ?? 1;
    return {
      kind: 'block',
      block: 'conv_transpose2d',
      operands: [x],
      args: { channels: shape[1] * Number(groups), ...brief('kernel', shape.slice(2)), ...args, bias: false },
      variables,
    };
  }
  return undefined;
}
