/** `attention(q, k, v)` as exporters write it: softmax(q kᵀ · s) v, the scale s = 1 / √d on the scores or on q, and kᵀ a transpose or a reordering. */
import { callOf, type Value } from '../draft/value.ts';
import type { Pattern, Recognising } from './pattern.ts';

export const attentions: readonly Pattern[] = [attention];

function attention({ draft }: Recognising, value: Value): Value | undefined {
  const product = callOf(value, 'matmul');
  if (product === undefined || Object.keys(product.args).length > 0 || value.type.element !== 'f32') return undefined;
  const [weights, v] = product.operands;
  const { source } = weights;
  if (source.kind !== 'block' || source.block !== 'softmax' || source.args['axis'] !== undefined) return undefined;
  const found = scoresOf(source.operands[0]);
  if (found === undefined) return undefined;
  const k = untransposed(draft, found.keys);
  const rank = found.q.type.shape.length;
  const fits = k !== undefined && rank === k.type.shape.length && rank === v.type.shape.length;
  if (!fits || !isNear(found.scale, 1 / Math.sqrt(found.q.type.shape[rank - 1]))) return undefined;
  return {
    type: value.type,
    source: { kind: 'block', block: 'attention', operands: [found.q, k, v], args: {}, variables: {} },
  };
}

interface Scores {
  readonly q: Value;
  /** kᵀ [.., d, s]. */
  readonly keys: Value;
  readonly scale: number;
}

/** What scores are the products of. */
function scoresOf(value: Value): Scores | undefined {
  const behind = scaled(value);
  const product = callOf(behind.value, 'matmul');
  if (product === undefined || Object.keys(product.args).length > 0) return undefined;
  const [a, b] = product.operands.map(scaled);
  return { q: a.value, keys: b.value, scale: behind.scale * a.scale * b.scale };
}

/** A value without the number that it is multiplied with or divided by. */
function scaled(value: Value): { readonly value: Value; readonly scale: number } {
  const [x, divisor] = callOf(value, 'div')?.operands ?? [];
  const by = divisor && numberOf(divisor);
  if (x !== undefined && by !== undefined) return { value: x, scale: 1 / by };
  const factors = callOf(value, 'mul')?.operands ?? [];
  const factor = factors.findIndex(one => numberOf(one) !== undefined);
  return factor < 0 ? { value, scale: 1 } : { value: factors[1 - factor], scale: numberOf(factors[factor])! };
}

/** k [.., s, d] of kᵀ: another order of the axes of what kᵀ reorders. */
function untransposed(draft: Recognising['draft'], keys: Value): Value | undefined {
  const moved = callOf(keys, 'transpose');
  const given = moved?.args['axes'];
  if (moved === undefined || !Array.isArray(given)) return undefined;
  const axes = given as readonly number[];
  const swapped = [...axes.slice(0, -2), ...axes.slice(-2).toReversed()];
  const [x] = moved.operands;
  return swapped.every((axis, at) => axis === at) ? x : draft.call('transpose', [x], { axes: swapped });
}

function numberOf({ source }: Value): number | undefined {
  return source.kind === 'constant' && source.data.length === 1 ? source.data[0] : undefined;
}

/** As near as numbers of 32 bits that were multiplied are. */
function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.abs(b);
}
