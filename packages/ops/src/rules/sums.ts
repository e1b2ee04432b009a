/**
 * Sums of what is alike along the summed axes, or is nothing together. Gradients of norms are full of them: the gradient of a mean is a
 * sum of the upstream scaled per row, and of what has been centred, whose sum is zero.
 */
import type { Rule, RuleContext, ValueId } from '@tessera/graph';
import { isFloat, sameShape, sameType } from '@tessera/graph';
import { numbers, ruleOn, type Seen, uniform } from './match.ts';

/** What a rule knows of the sum it looks at. */
interface Summed {
  readonly match: RuleContext;
  readonly axes: readonly number[];
  /** Of the operand. */
  readonly shape: readonly number[];
}

export const sumRules: readonly Rule[] = [
  ruleOn(['sum'], {
    name: 'sum-of-negated',
    doc: 'a sum of -x is minus the sum of x, but for the sign of zero',
    exact: false,
    apply: (match, { operands: [x], attributes }) => {
      const { op, operands } = match.node(x);
      return op === 'neg' ? match.op('neg', [match.op('sum', operands, attributes)]) : undefined;
    },
  }),
  ruleOn(['sum'], {
    name: 'sum-of-scaled',
    doc: 'a sum of x * c, where c is alike along the summed axes, is c times the sum of x, within a rounding',
    exact: false,
    apply: (match, node) => {
      const summed = summedBy(match, node);
      const { op, operands } = match.node(node.operands[0]);
      if (summed === undefined || op !== 'mul') return undefined;
      const factor = operands.find(operand => alike(summed, operand));
      const other = operands.find(operand => operand !== factor);
      if (factor === undefined || other === undefined || !sameShape(match.type(other).shape, summed.shape))
        return undefined;
      const sum = match.op('sum', [other], node.attributes);
      return match.op('mul', [sum, besideSum(summed, factor, match.type(sum).shape)]);
    },
  }),
  ruleOn(['sum'], {
    name: 'sum-of-centred',
    doc: 'the sum of x - mean(x) is zero, but for rounding: in a sum it is left out',
    exact: false,
    apply: (match, node) => {
      const summed = summedBy(match, node);
      const [x] = node.operands;
      const rest = summed === undefined ? x : withoutCentred(summed, x);
      if (rest === x) return undefined;
      return rest === undefined ? match.constant(node.type, 0) : match.op('sum', [rest], node.attributes);
    },
  }),
];

function summedBy(match: RuleContext, { operands: [x], attributes }: Seen): Summed | undefined {
  const { element, shape } = match.type(x);
  return isFloat(element) ? { match, axes: numbers(attributes, 'axes'), shape } : undefined;
}

/** Whether an operand of an elementwise op of the summed shape has one number for all that is summed. */
function alike({ match, axes, shape }: Summed, value: ValueId): boolean {
  const own = match.type(value).shape;
  const skipped = shape.length - own.length;
  return axes.every(axis => axis < skipped || own[axis - skipped] === 1);
}

/** A factor that is alike along the summed axes, of a shape that broadcasts to the sum's. */
function besideSum({ match, axes, shape }: Summed, value: ValueId, result: readonly number[]): ValueId {
  const own = match.type(value).shape;
  if (result.length === shape.length) return value;
  const skipped = shape.length - own.length;
  const left = own.filter((_, axis) => !axes.includes(axis + skipped));
  return left.length === own.length ? value : match.op('reshape', [value], { shape: left });
}

/** `value` without terms whose sum is zero; undefined if nothing is left. */
function withoutCentred(summed: Summed, value: ValueId): ValueId | undefined {
  const { match, shape } = summed;
  const { op, operands, type } = match.node(value);
  const [a, b] = operands;
  if (!sameShape(type.shape, shape)) return value;
  switch (op) {
    case 'add': {
      if (!operands.every(operand => sameType(match.type(operand), type))) return value;
      const [left, right] = operands.map(operand => withoutCentred(summed, operand));
      if (left === a && right === b) return value;
      return left === undefined || right === undefined ? (left ?? right) : match.op('add', [left, right]);
    }
    case 'neg': {
      return rebuilt(value, a, withoutCentred(summed, a), rest => match.op('neg', [rest]));
    }
    case 'mul': {
      const factor = operands.find(operand => alike(summed, operand));
      const other = operands.find(operand => operand !== factor);
      if (factor === undefined || other === undefined) return value;
      return rebuilt(value, other, withoutCentred(summed, other), rest => match.op('mul', [rest, factor]));
    }
    case 'sub':
      return isMean(summed, a, b) ? undefined : value;
    default:
      return value;
  }
}

/** What stands for `value` when `rest` is left of its operand. */
function rebuilt(
  value: ValueId,
  operand: ValueId,
  rest: ValueId | undefined,
  over: (rest: ValueId) => ValueId,
): ValueId | undefined {
  if (rest === operand) return value;
  return rest === undefined ? undefined : over(rest);
}

/** Whether `mean` is that of `x` over the summed axes, broadcast to it. */
function isMean({ match, axes, shape }: Summed, x: ValueId, mean: ValueId): boolean {
  if (!sameShape(match.type(x).shape, shape)) return false;
  const own = match.type(mean).shape;
  const skipped = shape.length - own.length;
  const fits = shape.every((extent, axis) => (own[axis - skipped] ?? 1) === (axes.includes(axis) ? 1 : extent));
  const scaled = match.node(unmoved(match, mean));
  if (!fits || scaled.op !== 'mul' || scaled.operands.length !== 2) return false;
  const by = uniform(match, scaled.operands[1]);
  const { op, operands, attributes } = match.node(unmoved(match, scaled.operands[0]));
  const count = axes.reduce((product, axis) => product * shape[axis], 1);
  return op === 'sum' && operands[0] === x && sameAxes(numbers(attributes, 'axes'), axes) && isShare(by, count);
}

/** A reshape of a value per row that keeps the order of its axes, as any that only adds or drops axes of extent 1 does. */
function unmoved(match: RuleContext, value: ValueId): ValueId {
  const { op, operands, type } = match.node(value);
  if (op !== 'reshape') return value;
  const long = (shape: readonly number[]) => shape.filter(extent => extent !== 1);
  return sameShape(long(match.type(operands[0]).shape), long(type.shape)) ? operands[0] : value;
}

function isShare(by: number | undefined, count: number): boolean {
  return by !== undefined && by === Math.fround(1 / count);
}

function sameAxes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}
