/**
 * The rule for what is done between a sum and its quantisation. A layer ends in `quantize(relu(sum · s · w + b))`: its factors and addends, the
 * zero point and the division by the scale become one factor and one addend, which are prepared, and the sum is multiplied and added to once.
 *
 *     x / scale + zero = e · factor + shift      is found for x from its end to its beginning, where e is what varies:
 *     (a · w) · factor + shift                 = a · (w · factor) + shift
 *     (a + b) · factor + shift                 = a · factor + (b · factor + shift)
 *     maximum(a, b) · factor + shift           = maximum(a · factor + shift, b · factor + shift) for a factor above 0
 *
 * Levels may come out otherwise that lie in the middle between two, but for a rounding. So what is quantised without anything to take in,
 * such as an input, is divided by its scale as it is written.
 */
import type { ValueId } from '@tessera-dnn/graph';
import { integerRange, isInteger, sameShape } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { castTo, scalar } from '../../define/gradient.ts';
import { type LevelType, levelTypes } from '../../quantization/levels.ts';
import { ruleOn, uniform } from '../match.ts';

export const rescaledLevels: Rule = ruleOn(['quantize_broadcast'], {
  name: 'rescaled-levels',
  doc: 'what is multiplied and added before quantising, and the scale, become one factor and one addend',
  exact: false,
  apply: (match, { operands: [x, scale, zero], attributes, type }) => {
    const element = levelTypes.find(each => each === type.element);
    const settled = match.stable(scale) && match.stable(zero) && !match.stable(x);
    if (element === undefined || attributes['scaled'] === true || !settled || !takesIn(match, x)) return undefined;
    const at = uniform(match, zero);
    // Ties go to even levels, which an odd zero point would make odd: that is added after rounding.
    const inside = at !== undefined && at % 2 === 0;
    const shift = inside && at !== 0 ? scalar(match, 'f32', at) : undefined;
    const all = rescaled(match, x, { scale, shift, positive: true });
    const steps = at === undefined ? all : withoutClamps(match, all, element, inside ? 0 : at);
    if (!sameShape(match.type(steps).shape, type.shape)) return undefined;
    const above = (shift === undefined || Number(at) > 0) && isAbove(match, x);
    return match.op('quantize_broadcast', [steps, scalar(match, 'f32', 1), inside ? scalar(match, element, 0) : zero], {
      element,
      scaled: true,
      // A zero point below 0 that is in the steps takes them below 0.
      ...(above && { above: true }),
    });
  },
});

/** What a value is multiplied by, divided by and added to, all of which is known before the program runs but for what is added. */
interface Affine {
  readonly factor?: ValueId;
  readonly scale: ValueId;
  readonly shift?: ValueId | undefined;
  /** Whether the factor is known to be above 0; scales are. */
  readonly positive: boolean;
}

// ------------------------------------------------------------------------------------------------------------- what is taken in

/** Whether a factor or an addend of `value` would be taken in. */
function takesIn(match: RuleContext, value: ValueId): boolean {
  if (!isOpen(match, value)) return false;
  const { op, operands } = match.node(value);
  if (op === 'dequantize_broadcast') return true;
  if (['mul', 'div', 'add', 'sub'].includes(op) && operands.some(operand => match.stable(operand))) return true;
  return operands.some(operand => takesIn(match, operand));
}

/**
 * Whether a value is computed anew for what is quantised: if it has no other reader, or if it is made of levels, which are stored in any case.
 */
function isOpen(match: RuleContext, value: ValueId): boolean {
  const { op, operands } = match.node(value);
  const [a, b] = operands;
  switch (op) {
    case 'dequantize_broadcast': {
      const levels = levelTypes.some(element => element === match.type(a).element);
      return (levels || !match.shared(value)) && match.stable(b) && match.stable(operands[2]);
    }
    case 'neg':
    case 'relu':
    case 'add':
    case 'sub':
      return !match.shared(value);
    case 'mul':
      return !match.shared(value) && (match.stable(a) || match.stable(b));
    case 'div':
    case 'maximum':
    case 'minimum':
      return !match.shared(value) && match.stable(b);
    default:
      return false;
  }
}

/** Whether x is not negative, whatever it is made of. */
function isAbove(match: RuleContext, x: ValueId): boolean {
  const { op, operands } = match.node(x);
  const number = operands.length === 2 ? uniform(match, operands[1]) : undefined;
  if (op === 'maximum' && number !== undefined && number >= 0) return true;
  if (op === 'minimum') return number !== undefined && number >= 0 && isAbove(match, operands[0]);
  return op === 'relu';
}

// ------------------------------------------------------------------------------------------------------------- what is built

/** value · factor / scale + shift. */
function rescaled(match: RuleContext, value: ValueId, by: Affine): ValueId {
  if (match.stable(value)) return plus(match, times(match, value, by), by.shift);
  if (!isOpen(match, value)) return term(match, value, by);
  const { op, operands } = match.node(value);
  const [a, b] = operands;
  switch (op) {
    case 'dequantize_broadcast': {
      const own = { ...by, factor: product(match, by.factor, b) };
      if (uniform(match, operands[2]) === 0) return term(match, a, own);
      const zero = times(match, castTo(match, operands[2], 'f32'), own);
      return term(match, a, { ...own, shift: plus(match, match.op('neg', [zero]), by.shift) });
    }
    case 'mul': {
      const [varies, factor] = match.stable(b) ? [a, b] : [b, a];
      return rescaled(match, varies, multiplied(match, by, factor));
    }
    case 'div':
      return rescaled(
        match,
        a,
        multiplied(match, by, match.op('div', [scalar(match, 'f32', 1), castTo(match, b, 'f32')])),
      );
    case 'neg':
      return rescaled(match, a, multiplied(match, by, scalar(match, 'f32', -1)));
    case 'add':
    case 'sub': {
      const second = op === 'sub' ? multiplied(match, by, scalar(match, 'f32', -1)) : by;
      // What is known goes first, so that it becomes a part of what is added.
      if (match.stable(a)) return rescaled(match, b, { ...second, shift: rescaled(match, a, by) });
      return rescaled(match, a, { ...by, shift: rescaled(match, b, second) });
    }
    default:
      return clamped(match, value, by);
  }
}

/**
 * The same of relu, maximum or minimum: of both operands, if order is kept. A limit that is a number other than 0 stays one: to compare with a
 * number takes fewer instructions than to compare with what it becomes.
 */
function clamped(match: RuleContext, value: ValueId, by: Affine): ValueId {
  if (!by.positive) return term(match, value, by);
  const { op, operands } = match.node(value);
  const [a, b = scalar(match, 'f32', 0)] = operands;
  if ((uniform(match, b) ?? 0) !== 0) {
    const within = rescaled(match, a, { scale: scalar(match, 'f32', 1), positive: true });
    return term(match, match.op(op, [within, b]), by);
  }
  const known = by.shift === undefined || match.stable(by.shift);
  const inside = known ? by : { ...by, shift: undefined };
  const most = match.op(op === 'relu' ? 'maximum' : op, [rescaled(match, a, inside), rescaled(match, b, inside)]);
  return known ? most : plus(match, most, by.shift);
}

/** The same of what is not taken apart: a float, or a whole number that is converted. */
function term(match: RuleContext, value: ValueId, by: Affine): ValueId {
  const { op, operands } = match.node(value);
  const converts = op === 'cast' && isInteger(match.type(operands[0]).element);
  const factor = times(match, scalar(match, 'f32', 1), by);
  return match.op('rescale', [converts ? operands[0] : value, factor, by.shift ?? scalar(match, 'f32', 0)]);
}

/** Without the last clamps that let everything pass which is a level once the zero point is added. */
function withoutClamps(match: RuleContext, value: ValueId, element: LevelType, zero: number): ValueId {
  const { op, operands } = match.node(value);
  const [least, most] = integerRange(element).map(end => end - zero);
  const limit = uniform(match, operands[1]);
  if (limit === undefined) return value;
  const idle = (op === 'maximum' && limit <= least) || (op === 'minimum' && limit >= most);
  return idle ? withoutClamps(match, operands[0], element, zero) : value;
}

// ------------------------------------------------------------------------------------------------------ arithmetic of what is known

function multiplied(match: RuleContext, by: Affine, factor: ValueId): Affine {
  const positive = by.positive && (uniform(match, factor) ?? -1) > 0;
  return { ...by, factor: product(match, by.factor, factor), positive };
}

function product(match: RuleContext, a: ValueId | undefined, b: ValueId): ValueId {
  const second = castTo(match, b, 'f32');
  return a === undefined ? second : computed(match, 'mul', a, second);
}

/** value · factor / scale. */
function times(match: RuleContext, value: ValueId, { factor, scale }: Affine): ValueId {
  const own = castTo(match, value, 'f32');
  if (uniform(match, own) === 0) return scalar(match, 'f32', 0);
  const whole = factor === undefined ? own : uniform(match, own) === 1 ? factor : computed(match, 'mul', own, factor);
  return computed(match, 'div', whole, scale);
}

function plus(match: RuleContext, a: ValueId, b: ValueId | undefined): ValueId {
  return b === undefined ? a : computed(match, 'add', a, b);
}

const formulas = {
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  add: (a: number, b: number) => a + b,
} as const;

/** An operation on two values; of two numbers at once, so that rules see what limits are. */
function computed(match: RuleContext, op: keyof typeof formulas, a: ValueId, b: ValueId): ValueId {
  const [x, y] = [a, b].map(value => (match.type(value).shape.length === 0 ? uniform(match, value) : undefined));
  if (x === undefined || y === undefined) return match.op(op, [a, b]);
  return scalar(match, 'f32', Math.fround(formulas[op](x, y)));
}
