/**
 * The rule for contractions of dequantised operands. With levels q, zero points z and n products in a sum,
 *
 *     Σ (qx - zx) · sx · (qw - zw) · sw = (Σ qx · qw - zw · Σ qx - zx · (Σ qw - n · zw)) · (sx · sw)
 *
 * where scales and zero points do not vary along what is summed. All sums are of whole numbers; what depends on params only is prepared.
 */
import type { Attributes, TensorType, ValueId } from '@tessera-dnn/graph';
import { integerRange } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { type Contraction, contractionOf, contractions } from '../../contraction/kept-axes.ts';
import { arithmetic, castTo, reshaped, scalar } from '../../define/gradient.ts';
import type { Padding } from '../../define/spatial.ts';
import { ruleOn, type Seen, uniform } from '../match.ts';
import { allDequantised, type Dequantised, greatest } from './dequantised.ts';

export const contractionOfLevels: Rule = ruleOn(contractions, {
  name: 'contraction-of-levels',
  doc: 'a contraction of dequantised operands adds up products of levels, exactly, and is scaled once',
  exact: true,
  apply: (match, node) => {
    const factors = allDequantised(match, node.operands);
    const whole = factors === undefined ? undefined : withoutPadding(match, node, factors);
    if (whole === undefined) return undefined;
    const [x, w] = whole.factors;
    const most = whole.contraction.terms * greatest(match, x) * greatest(match, w);
    if (most > integerRange('i32')[1]) return undefined;
    const [sx, sw, zx, zw] = [x.scale, w.scale, x.zero, w.zero].map((value, i) =>
      alongResult(match, value, whole.contraction.kept[i % 2], node.type),
    );
    if (sx === undefined || sw === undefined || zx === undefined || zw === undefined) return undefined;
    const sums = lessWeightsZero(match, whole, zw);
    return match.op('dequantize_broadcast', [sums, match.op('mul', [sx, sw]), inputsShare(match, whole, zx, zw)]);
  },
});

/** A contraction of levels. */
interface OfLevels {
  readonly op: string;
  readonly attributes: Attributes;
  readonly factors: readonly Dequantised[];
  readonly contraction: Contraction;
  /** The type of the result. */
  readonly type: TensorType;
}

/**
 * The contraction with every sum over all its products, where that counts: padding is 0, which is the level of the zero point. Undefined where
 * that cannot be put there.
 */
function withoutPadding(match: RuleContext, node: Seen, factors: readonly Dequantised[]): OfLevels | undefined {
  const { op, attributes, type } = node;
  const types = node.operands.map(operand => match.type(operand));
  const contraction = contractionOf(op, types, attributes, type);
  const zero = uniform(match, factors[0].zero);
  if (zero === 0 || op === 'matmul') return { op, attributes, factors, contraction, type };
  if (op !== 'conv') return undefined;
  const padding = attributes['padding'] as readonly Padding[];
  if (padding.flat().every(edge => edge === 0)) return { op, attributes, factors, contraction, type };
  if (zero === undefined) return undefined;
  const edges = [[0, 0], [0, 0], ...padding];
  const levels = match.op('pad', [factors[0].levels], { padding: edges, value: zero });
  const inside = { ...attributes, padding: padding.map(() => [0, 0] as const) };
  return { op, attributes: inside, factors: [{ ...factors[0], levels }, factors[1]], contraction, type };
}

/** Σ qx · qw - zw · Σ qx. */
function lessWeightsZero(match: RuleContext, call: OfLevels, zw: ValueId): ValueId {
  const { op, attributes, factors } = call;
  const sums = match.op(
    op,
    factors.map(({ levels }) => levels),
    attributes,
  );
  if (uniform(match, zw) === 0) return sums;
  const { mul, sub } = arithmetic(match);
  return sub(sums, mul(inputSums(match, call), castTo(match, zw, 'i32')));
}

/** Σ qx. Windows are added up by a convolution with ones, of one output channel; but in groups, each of which sees inputs of its own. */
function inputSums(match: RuleContext, { op, attributes, factors: [x, w], contraction, type }: OfLevels): ValueId {
  if (op === 'matmul') return keptSums(match, x.levels, contraction.kept[0], type);
  const { shape } = match.type(w.levels);
  const single = op === 'conv' && attributes['groups'] === 1;
  const ones = match.constant({ element: w.element, shape: single ? [1, ...shape.slice(1)] : shape }, 1);
  return match.op(op, [x.levels, ones], attributes);
}

/** zx · (Σ qw - n · zw), which is the zero point of the sums. */
function inputsShare(match: RuleContext, call: OfLevels, zx: ValueId, zw: ValueId): ValueId {
  if (uniform(match, zx) === 0) return scalar(match, 'i32', 0);
  const { mul, sub } = arithmetic(match);
  const { factors, contraction, type } = call;
  const weights = keptSums(match, factors[1].levels, contraction.kept[1], type);
  const less = sub(weights, mul(castTo(match, zw, 'i32'), { number: contraction.terms }));
  return mul(less, castTo(match, zx, 'i32'));
}

type Kept = Contraction['kept'][number];

/** The sums of an operand along what the contraction sums, in a shape that broadcasts to the result. */
function keptSums(match: RuleContext, levels: ValueId, kept: Kept, result: TensorType): ValueId {
  const axes = kept.flatMap((to, axis) => (to === undefined ? [axis] : []));
  return aligned(match, match.op('sum', [levels], { axes, keep: true }), kept, result);
}

/** What broadcasts to an operand, in a shape that broadcasts to the result; undefined if it varies along an axis that is summed. */
function alongResult(match: RuleContext, value: ValueId, kept: Kept, result: TensorType): ValueId | undefined {
  const { shape } = match.type(value);
  const first = kept.length - shape.length;
  const summed = shape.some((extent, axis) => extent !== 1 && kept[first + axis] === undefined);
  return summed ? undefined : aligned(match, value, kept, result);
}

function aligned(match: RuleContext, value: ValueId, kept: Kept, result: TensorType): ValueId {
  const { shape } = match.type(value);
  const first = kept.length - shape.length;
  const extents = result.shape.map((_, axis) => shape.find((_extent, i) => kept[first + i] === axis) ?? 1);
  const leading = extents.findIndex(extent => extent !== 1);
  return reshaped(match, value, leading < 0 ? [] : extents.slice(leading));
}
