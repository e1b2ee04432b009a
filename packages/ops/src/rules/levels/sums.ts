/**
 * Rules for sums of dequantised numbers: of n levels, Σ (q - zero) · scale = (Σ q - n · zero) · scale, where neither varies along what is
 * summed. The sum of the levels is exact.
 */
import type { TensorType, ValueId } from '@tessera-dnn/graph';
import { elementCount, integerRange } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { arithmetic, castTo, reshaped, scalar } from '../../define/gradient.ts';
import type { Padding } from '../../define/spatial.ts';
import { numbers, ruleOn, uniform } from '../match.ts';
import { alike, type Dequantised, dequantised, greatest } from './dequantised.ts';

export const sumsOfLevels: readonly Rule[] = [
  ruleOn(['sum'], {
    name: 'sum-of-levels',
    doc: 'a sum of dequantised numbers adds up levels, exactly, and is scaled once',
    exact: true,
    apply: (match, { operands: [x], attributes, type }) => {
      const found = dequantised(match, x);
      const axes = numbers(attributes, 'axes');
      const { shape } = match.type(x);
      const terms = elementCount(axes.map(axis => shape[axis]));
      if (found === undefined || !addsUp(match, found, terms)) return undefined;
      const [scale, zero] = [found.scale, found.zero].map(value => afterSum(match, value, shape, axes, type));
      if (scale === undefined || zero === undefined) return undefined;
      return scaled(match, match.op('sum', [found.levels], attributes), { ...found, scale, zero }, terms);
    },
  }),
  ruleOn(['avg_pool'], {
    name: 'average-of-levels',
    doc: 'windows of dequantised numbers are averaged by a convolution of levels with ones, where all have as many',
    exact: true,
    apply: (match, { operands, attributes, type }) => {
      const [found] = alike(match, operands) ?? [];
      if (found === undefined) return undefined;
      const kernel = numbers(attributes, 'kernel');
      const terms = elementCount(kernel);
      if (!addsUp(match, found, terms) || !isEven(match, attributes, found)) return undefined;
      const ones = match.constant({ element: found.element, shape: [type.shape[1], 1, ...kernel] }, 1);
      const { stride, padding } = attributes;
      const sums = match.op('conv', [found.levels, ones], {
        stride,
        padding,
        dilation: kernel.map(() => 1),
        groups: type.shape[1],
      });
      return arithmetic(match).div(scaled(match, sums, found, terms), { number: terms });
    },
  }),
];

/** Whether so many levels have a sum in i32. */
function addsUp(match: RuleContext, found: Dequantised, terms: number): boolean {
  return terms * greatest(match, found) <= integerRange('i32')[1];
}

/** Whether every window has as many numbers: padding, which is 0, counts as some where the zero point is 0 too. */
function isEven(match: RuleContext, attributes: Readonly<Record<string, unknown>>, { zero }: Dequantised): boolean {
  const padding = attributes['padding'] as readonly Padding[];
  if (attributes['ceil'] === true) return false;
  if (padding.flat().every(edge => edge === 0)) return true;
  return attributes['count_padding'] === true && uniform(match, zero) === 0;
}

function scaled(match: RuleContext, sums: ValueId, { scale, zero }: Dequantised, terms: number): ValueId {
  const none = uniform(match, zero) === 0;
  const zeros = none ? scalar(match, 'i32', 0) : arithmetic(match).mul(castTo(match, zero, 'i32'), { number: terms });
  return match.op('dequantize_broadcast', [sums, scale, zeros]);
}

/** What broadcasts to the operand of a sum, in a shape that broadcasts to its result; undefined if it varies along an axis that is summed. */
function afterSum(
  match: RuleContext,
  value: ValueId,
  summed: readonly number[],
  axes: readonly number[],
  result: TensorType,
): ValueId | undefined {
  const { shape } = match.type(value);
  if (elementCount(shape) === 1) return reshaped(match, value, []);
  const whole = [...summed.slice(shape.length).map(() => 1), ...shape];
  if (axes.some(axis => whole[axis] !== 1)) return undefined;
  const kept = result.shape.length === summed.length ? whole : whole.filter((_, axis) => !axes.includes(axis));
  return reshaped(match, value, kept);
}
