/**
 * Resolves the initialisers of params and states to numbers that depend on the variable's shape. Fans are those of PyTorch: fan_in is the
 * product of all extents but the first, fan_out of all but the second, which fits `dense` with `[out, in]` and convolutions with `[out, in,
 * kh, kw]`. Glorot and Bengio 2010; He et al. 2015.
 */
import type { Initialiser, TensorType } from '@tessera-dnn/graph';
import { elementCount, isFloat, sameShape, showType } from '@tessera-dnn/graph';
import type { Expression } from '../ast.ts';
import { type Bound, bindArguments, type Slot } from './arguments.ts';
import { callSite } from './call-site.ts';
import { evaluate, type Steps } from './evaluation.ts';
import { findItem } from './files.ts';
import { type Computed, firstValueLike } from './first-values.ts';
import { type Frame, report } from './frame.ts';
import { type InitialiserName, isInitialiser } from './functions.ts';
import { fitsElement, literalOf } from './tensors.ts';
import { describe, type Value } from './value.ts';

/** The initialiser of a variable of the given type, or undefined after a report. */
export function* initialiserOf(frame: Frame, expression: Expression, type: TensorType): Steps<Computed | undefined> {
  const name = nameOf(frame, expression);
  if (name === undefined) return firstValueOf(frame, yield evaluate(frame, expression), expression, type);
  const initialiser = yield* named(frame, expression, name, type);
  return initialiser && { initialiser };
}

/** The initialiser that a value is: a number, a list, or a tensor that depends on variables only; undefined after a report. */
export function firstValueOf(
  frame: Frame,
  value: Value,
  place: Pick<Expression, 'span'>,
  type: TensorType,
): Computed | undefined {
  if (value.kind === 'poison') return undefined;
  if (value.kind === 'tensor' && frame.program !== undefined) {
    return firstValueLike(frame, frame.program, value, type, place.span);
  }
  const initialiser = constant(frame, value, place, type);
  return initialiser && { initialiser };
}

/** Whether the expression is one of the language's initialisers. */
export function isNamed(frame: Frame, expression: Expression): boolean {
  return nameOf(frame, expression) !== undefined;
}

/** The name of an initialiser, unless the file or the body gives the name another meaning. */
function nameOf(frame: Frame, expression: Expression): InitialiserName | undefined {
  const name =
    expression.kind === 'reference' ? expression.name : expression.kind === 'call' ? expression.callee.text : '';
  if (!isInitialiser(name) || findItem(frame.file, name) !== undefined) return undefined;
  return expression.kind === 'reference' && frame.scope.find(name) !== undefined ? undefined : name;
}

const slots: Readonly<Record<InitialiserName, readonly Slot[]>> = {
  zeros: [],
  ones: [],
  constant: [{ name: 'v', required: true }],
  uniform: [
    { name: 'lo', required: true },
    { name: 'hi', required: true },
  ],
  normal: [
    { name: 'mean', required: true },
    { name: 'std', required: true },
  ],
  glorot_uniform: [],
  glorot_normal: [],
  he_uniform: [],
  he_normal: [],
  fan_in_uniform: [],
};

function* named(
  frame: Frame,
  expression: Expression,
  name: InitialiserName,
  type: TensorType,
): Steps<Initialiser | undefined> {
  const bound = yield* boundArguments(frame, expression, name);
  if (bound === undefined) return undefined;
  if (name === 'zeros') return { kind: 'constant', value: 0 };
  if (name === 'ones') return { kind: 'constant', value: 1 };
  if (name === 'constant') {
    const given = bound.get('v')?.value;
    return given === undefined || given.kind === 'poison' ? undefined : constant(frame, given, expression, type);
  }
  if (name !== 'uniform' && name !== 'normal' && type.element === 'i8') return allLevels;
  if (!isFloat(type.element)) {
    const message = `${name} gives fractional numbers, and the variable is ${showType(type)}`;
    report(frame, { code: 'bad-initialiser', message, span: expression.span });
    return undefined;
  }
  if (name === 'uniform') return twoNumbers(frame, bound, 'lo', 'hi', (low, high) => ({ kind: 'uniform', low, high }));
  if (name === 'normal') {
    return twoNumbers(frame, bound, 'mean', 'std', (mean, deviation) => ({ kind: 'normal', mean, deviation }));
  }
  return fanBased(name, type.shape);
}

function* boundArguments(frame: Frame, expression: Expression, name: InitialiserName): Steps<Bound | undefined> {
  if (expression.kind === 'call') {
    const site = yield* callSite(frame, expression);
    return site && bindArguments(frame, site, slots[name]);
  }
  const callee = { text: name, span: expression.span };
  return bindArguments(frame, { callee, span: expression.span, positional: [], named: [] }, slots[name]);
}

function twoNumbers(
  frame: Frame,
  bound: Bound,
  first: string,
  second: string,
  make: (a: number, b: number) => Initialiser,
): Initialiser | undefined {
  const numbers: number[] = [];
  for (const name of [first, second]) {
    const argument = bound.get(name);
    if (argument?.value.kind === 'number') numbers.push(argument.value.value);
    else if (argument !== undefined && argument.value.kind !== 'poison') {
      const message = `${name} must be a number, not ${describe(argument.value)}`;
      report(frame, { code: 'bad-argument', message, span: argument.span });
    }
  }
  return numbers.length === 2 ? make(numbers[0], numbers[1]) : undefined;
}

/** A number for all elements, or a list that is the variable's value. */
function constant(
  frame: Frame,
  value: Value,
  { span }: Pick<Expression, 'span'>,
  type: TensorType,
): Initialiser | undefined {
  const literal = literalOf(value);
  if (literal === undefined || !fitsElement(literal, type.element)) {
    const message = `${describe(value)} is no first value for ${showType(type)}`;
    report(frame, { code: 'bad-initialiser', message, span, help: 'write a number, zeros, ones, uniform(lo, hi), …' });
    return undefined;
  }
  if (literal.shape.length === 0) return { kind: 'constant', value: literal.data[0] };
  if (sameShape(literal.shape, type.shape)) return { kind: 'values', values: Array.from(literal.data) };
  const message = `the list has shape [${literal.shape.join(', ')}], and the variable is ${showType(type)}`;
  report(frame, { code: 'bad-initialiser', message, span });
  return undefined;
}

/**
 * Weights of 8 bits, whose scale says for what they stand: each level is as likely as the others. What is drawn is cut off at the whole number
 * towards zero.
 */
const allLevels: Initialiser = { kind: 'uniform', low: -128, high: 128 };

type FanBased = 'glorot_uniform' | 'glorot_normal' | 'he_uniform' | 'he_normal' | 'fan_in_uniform';

/** The bound of a uniform distribution of variance v is √(3 v). */
function fanBased(name: FanBased, shape: readonly number[]): Initialiser {
  const fanIn = elementCount(shape.slice(1));
  const fanOut = (shape[0] ?? 1) * elementCount(shape.slice(2));
  switch (name) {
    case 'glorot_uniform':
      return uniformWithin(Math.sqrt(6 / (fanIn + fanOut)));
    case 'glorot_normal':
      return { kind: 'normal', mean: 0, deviation: Math.sqrt(2 / (fanIn + fanOut)) };
    case 'he_uniform':
      return uniformWithin(Math.sqrt(6 / fanIn));
    case 'he_normal':
      return { kind: 'normal', mean: 0, deviation: Math.sqrt(2 / fanIn) };
    case 'fan_in_uniform':
      return uniformWithin(1 / Math.sqrt(fanIn));
  }
}

function uniformWithin(bound: number): Initialiser {
  return { kind: 'uniform', low: -bound, high: bound };
}
