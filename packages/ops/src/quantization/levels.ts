/**
 * What the operations of quantised numbers have in common. A level is a whole number of 8 bits that stands for (level - zero) · scale.
 * Scale and zero point are single numbers, or tensors with one number for each place along an axis of x.
 */
import type { ElementType, IntegerElement, TensorType, ValueId } from '@tessera-dnn/graph';
import { elementCount, integerRange, rowMajorStrides, showType } from '@tessera-dnn/graph';
import type { Arguments, Expander, Interval, Parameter, Problem, Tensor, WrittenNumbers } from '@tessera-dnn/graph/op';
import { readAxis } from '../define/arguments.ts';
import { reshaped, scalar } from '../define/gradient.ts';
import { badAttribute, shapeMismatch, wrongElement } from '../define/problem.ts';

/** The element types of levels. */
export const levelTypes = ['i8', 'u8'] as const satisfies readonly IntegerElement[];
export type LevelType = (typeof levelTypes)[number];

/** What a rule may write into the attributes of an op of levels, so that its kernel does less. */
export type Simplified = {
  /** True where the zero point is known to be 0. */
  readonly centred?: boolean;
};

/** The axis along which scales and zero points lie, if they are not single numbers. */
export type Along = { readonly axis?: number };

// --------------------------------------------------------------------------------------------------------- what is given

/** The parameters `x`, `scale` and `zero`; a zero point that is left out is 0. `zeros` is the element type of one that is written. */
export function quantityParameters(
  op: string,
  zeros: NonNullable<WrittenNumbers['element']> = () => undefined,
): readonly Parameter[] {
  return [
    { name: 'x', kind: 'tensor' },
    { name: 'scale', kind: 'tensor', numbers: { element: () => 'f32', refused: numbers => badScale(op, numbers) } },
    { name: 'zero', kind: 'tensor', default: null, numbers: { element: zeros } },
  ];
}

/** The parameter `axis`. */
export const axisParameter: Parameter = { name: 'axis', kind: 'integer', default: null };

/** The parameter `type`, the element type of the levels. */
export const typeParameter: Parameter = { name: 'type', kind: 'element', default: 'i8' };

function badScale(op: string, numbers: readonly number[]): Problem | undefined {
  const wrong = numbers.find(scale => !(scale > 0 && Number.isFinite(Math.fround(scale)) && Math.fround(scale) > 0));
  if (wrong === undefined) return undefined;
  return badAttribute('scale', `scale of ${op} is a positive number, not ${wrong}`, 'it is the distance of two levels');
}

/** The element type of levels that a call names, if it is one. */
export function levelTypeOf({ type = 'i8' }: Arguments): LevelType | undefined {
  return levelTypes.find(element => element === type);
}

/** The same, with what is wrong if it is none. */
export function readLevelType(op: string, args: Arguments): LevelType | Problem {
  return levelTypeOf(args) ?? badAttribute('type', `type of ${op} is i8 or u8, not ${String(args['type'])}`);
}

/** The axis that a call names, if it does. */
export function readAlong(op: string, { axis }: Arguments, [x]: readonly TensorType[]): Along | Problem {
  if (axis === undefined) return {};
  const read = readAxis(op, axis, x);
  return typeof read === 'number' ? { axis: read } : read;
}

/** What is wrong with the element types of scale (operand 1) and zero point (operand 2), which has that of the levels. */
export function badElements(op: string, operands: readonly TensorType[], levels: ElementType): Problem | undefined {
  const [, scale, zero] = operands;
  if (scale.element !== 'f32') return wrongElement(`scale of ${op}`, operands, 1, 'f32');
  if (zero === undefined || zero.element === levels) return undefined;
  return wrongElement(`zero of ${op}`, operands, 2, levels);
}

/** What is wrong with the shapes of scale and zero point, which are `[]`, or `[n]` for n places along the axis. */
export function badShapes(op: string, operands: readonly TensorType[], { axis }: Along): Problem | undefined {
  const [x, ...others] = operands;
  for (const [i, { shape }] of others.entries()) {
    if (shape.length === 0) continue;
    const type = `${['scale', 'zero'][i]} of ${op} is ${showType(others[i])}`;
    const marks = [
      { operand: 0, message: `is ${showType(x)}` },
      { operand: i + 1, message: `is ${showType(others[i])}` },
    ];
    if (shape.length > 1) return shapeMismatch(`${type}, and not a number or a list of numbers along an axis`, marks);
    if (axis === undefined) {
      return shapeMismatch(`${type}, without an axis of ${showType(x)} along which it lies`, marks, 'name it: axis: 0');
    }
    if (shape[0] !== x.shape[axis]) {
      return shapeMismatch(`${type}, but axis ${axis} of ${showType(x)} has ${x.shape[axis]}`, marks);
    }
  }
  return undefined;
}

/** Between which numbers scales lie, which are positive. */
export function positive([least, greatest]: Interval): Interval {
  return [Math.max(least, 0), greatest > 0 ? greatest : Infinity];
}

// -------------------------------------------------------------------------------------------------------------- what is built

/** Scale and zero point, 0 if it is left out, in shapes that broadcast to that of x. */
export function broadcasting(
  build: Expander,
  [x, ...others]: readonly ValueId[],
  { axis = 0 }: Along,
  levels: ElementType,
): { readonly scale: ValueId; readonly zero: ValueId } {
  const after = build
    .type(x)
    .shape.slice(axis + 1)
    .map(() => 1);
  const [scale, zero = scalar(build, levels, 0)] = others.map(value => {
    const { shape } = build.type(value);
    return shape.length === 0 ? value : reshaped(build, value, [...shape, ...after]);
  });
  return { scale, zero };
}

// ---------------------------------------------------------------------------------------------------------------- the oracle

/** Calls `formula` with every element of x and its scale and zero point. */
export function mapQuantities(
  [x, ...others]: readonly Tensor[],
  { axis = 0 }: Along,
  formula: (x: number, scale: number, zero: number) => number,
): Float64Array {
  const { shape } = x.type;
  const stride = rowMajorStrides(shape)[axis] ?? 1;
  const at = (i: number, { type, data }: Tensor): number =>
    data[type.shape.length === 0 ? 0 : Math.floor(i / stride) % shape[axis]];
  return Float64Array.from({ length: elementCount(shape) }, (_, i) => {
    const [scale, zero = 0] = others.map(other => at(i, other));
    return formula(x.data[i], scale, zero);
  });
}

/** The level of `x`: the quotient in 32 bits, rounded to the nearest whole number, ties to even, and the nearest that the type has. */
export function levelOf(x: number, scale: number, zero: number, type: LevelType): number {
  const quotient = Math.fround(x / scale);
  const down = Math.floor(quotient);
  const rest = quotient - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  const steps = Number.isNaN(quotient) ? 0 : down + Number(up);
  const [least, most] = integerRange(type);
  return Math.min(Math.max(steps + zero, least), most) + 0;
}
