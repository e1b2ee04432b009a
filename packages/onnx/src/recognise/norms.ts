/** `layer_norm` as exporters wrote it before ONNX had an operator: (x - mean) / √(variance + ε) · weight + bias, over the last axis. */
import { callOf, type Value, type WeightSource } from '../draft/value.ts';
import { isWeight } from '../draft/weights.ts';
import { isNumber } from './activations.ts';
import type { Pattern, Recognising } from './pattern.ts';

export const norms: readonly Pattern[] = [layerNorm];

function layerNorm({ draft, reads }: Recognising, value: Value): Value | undefined {
  const sum = callOf(value, 'add');
  if (sum === undefined || value.type.element !== 'f32') return undefined;
  const bias = sum.operands.find(isWeight);
  const product = sum.operands.map(one => callOf(one, 'mul')).find(one => one !== undefined);
  const weight = product?.operands.find(isWeight);
  const normal = product?.operands.find(one => one !== weight);
  if (bias === undefined || weight === undefined || normal === undefined) return undefined;
  const found = standardised(normal);
  const channels = value.type.shape.at(-1);
  const fits = [weight, bias].every(
    ({ type, source }) => type.shape.join() === String(channels) && reads.get(source.stored) === 1,
  );
  if (found === undefined || !fits) return undefined;
  const { x, epsilon } = found;
  if (!draft.flat) {
    const variables: { readonly [name: string]: WeightSource } = { weight: weight.source, bias: bias.source };
    const args = isNumber(epsilon, 1e-5) ? {} : { epsilon: Number(numberOf(epsilon)) };
    return { type: value.type, source: { kind: 'block', block: 'layer_norm', operands: [x], args, variables } };
  }
  // As the block has it, so that both texts are one graph.
  const over = { axis: value.type.shape.length - 1, keep: true };
  const off = draft.call('sub', [x, draft.call('mean', [x], over)]);
  const variance = draft.call('mean', [draft.call('mul', [off, off])], over);
  const root = draft.call('rsqrt', [draft.call('add', [variance, epsilon])]);
  return draft.call('add', [draft.call('mul', [draft.call('mul', [off, root]), weight]), bias]);
}

/** The x and ε of (x - mean) / √(variance + ε). */
function standardised(value: Value): { readonly x: Value; readonly epsilon: Value } | undefined {
  const [off, root] = callOf(value, 'div')?.operands ?? [];
  const inside = root && callOf(root, 'sqrt')?.operands[0];
  const [variance, epsilon] = (inside && callOf(inside, 'add')?.operands) ?? [];
  if (variance === undefined || epsilon === undefined || numberOf(epsilon) === undefined) return undefined;
  const square = overLast(variance);
  const squared = square && (callOf(square, 'pow') ?? callOf(square, 'mul'));
  const isSquare = squared?.operands[0] === off && (squared.operands[1] === off || isNumber(squared.operands[1], 2));
  const [x, mean] = callOf(off, 'sub')?.operands ?? [];
  return isSquare && x !== undefined && mean !== undefined && overLast(mean) === x ? { x, epsilon } : undefined;
}

/** What a value is the mean of, if it is one over the last axis, which stays. */
function overLast(value: Value): Value | undefined {
  const mean = callOf(value, 'mean');
  const [x] = mean?.operands ?? [];
  const { axis, keep } = mean?.args ?? {};
  return keep === true && axis === (x?.type.shape.length ?? 0) - 1 ? x : undefined;
}

function numberOf({ source }: Value): number | undefined {
  return source.kind === 'constant' && source.data.length === 1 ? source.data[0] : undefined;
}
