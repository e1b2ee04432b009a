/**
 * Rules for numbers of 8 bits. A network that is quantised computes on `dequantize_broadcast` of levels; these rules find out what may be
 * computed on the levels themselves, so that tensors keep 8 bits, and contractions add up whole numbers.
 */
import type { TensorType, ValueId } from '@tessera-dnn/graph';
import { integerRange, sameShape } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { contractionOf, contractions } from '../contraction/kept-axes.ts';
import { reshaped, scalar } from '../define/gradient.ts';
import { type LevelType, levelTypes } from '../quantization/levels.ts';
import { ruleOn, uniform } from './match.ts';

/** What stands for (levels - zero) · scale. */
interface Dequantised {
  readonly levels: ValueId;
  readonly scale: ValueId;
  readonly zero: ValueId;
  readonly element: LevelType;
}

/** The rules for levels, in the order in which they are tried. */
export const levelRules: readonly Rule[] = [
  ruleOn(contractions, {
    name: 'contraction-of-levels',
    doc: 'a contraction of dequantised operands adds up products of levels, exactly, and is scaled once',
    exact: true,
    apply: (match, { op, operands, attributes, type }) => {
      const factors = operands.flatMap(operand => dequantised(match, operand) ?? []);
      if (factors.length < operands.length || factors.some(({ zero }) => uniform(match, zero) !== 0)) return undefined;
      const types = operands.map(operand => match.type(operand));
      const { kept, terms } = contractionOf(op, types, attributes, type);
      if (terms * greatest(factors[0]) * greatest(factors[1]) > integerRange('i32')[1]) return undefined;
      const scales = factors.flatMap(({ scale }, i) => scaleAfter(match, scale, kept[i], type) ?? []);
      if (scales.length < operands.length) return undefined;
      const sums = match.op(
        op,
        factors.map(({ levels }) => levels),
        attributes,
      );
      return match.op('dequantize_broadcast', [sums, match.op('mul', scales), scalar(match, 'i32', 0)]);
    },
  }),
];

/** What `value` stands for, if it is made of levels of 8 bits. */
function dequantised(match: RuleContext, value: ValueId): Dequantised | undefined {
  const { op, operands, type } = match.node(value);
  if (op !== 'dequantize_broadcast') return undefined;
  const [levels, scale, zero] = operands;
  const own = match.type(levels);
  const element = levelTypes.find(each => each === own.element);
  // Levels that are repeated for scales are fewer than the numbers that they stand for.
  return element === undefined || !sameShape(own.shape, type.shape) ? undefined : { levels, scale, zero, element };
}

/** The greatest magnitude of a level. */
function greatest({ element }: Dequantised): number {
  return Math.max(...integerRange(element).map(Math.abs));
}

/** The scale of an operand, in a shape that broadcasts to the contraction's result; undefined if it varies along an axis that is summed. */
function scaleAfter(
  match: RuleContext,
  scale: ValueId,
  kept: readonly (number | undefined)[],
  result: TensorType,
): ValueId | undefined {
  const { shape } = match.type(scale);
  const own = [...kept.slice(shape.length).map(() => 1), ...shape];
  if (own.every(extent => extent === 1)) return reshaped(match, scale, []);
  if (own.some((extent, axis) => extent !== 1 && kept[axis] === undefined)) return undefined;
  const extents = result.shape.map((_, axis) => own.find((_extent, i) => kept[i] === axis) ?? 1);
  const first = extents.findIndex(extent => extent !== 1);
  return reshaped(match, scale, extents.slice(first));
}
