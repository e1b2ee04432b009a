/**
 * Operators on compile-time values, with the meaning that they have in Python: `/` of two integers is floor division, `%` has the sign of
 * the divisor, `+` joins texts and lists, `*` repeats a list. The functions are pure: they return a mistake as a {@link Failure}.
 */
import type { ArithmeticOperator, ComparisonOperator } from '../ast.ts';
import type { Code } from '../explain/catalogue.ts';
import { limits } from './limits.ts';
import {
  booleanValue,
  describe,
  floatValue,
  integerValue,
  type ListValue,
  listValue,
  type NumberValue,
  showNumber,
  textValue,
  type Value,
} from './value.ts';

/** Why an operator does not apply to its operands. */
export interface Failure {
  readonly code: Code;
  readonly message: string;
  readonly help?: string;
}

/** Tells a failure from a value. */
export function isFailure(result: Value | Failure): result is Failure {
  return 'code' in result;
}

/** `a operator b` for numbers, texts and lists. */
export function arithmetic(operator: ArithmeticOperator, a: Value, b: Value): Value | Failure {
  if (a.kind === 'number' && b.kind === 'number') return onNumbers(operator, a, b);
  if (operator === '+' && a.kind === 'text' && b.kind === 'text') return boundedText(a.value + b.value);
  if (operator === '+' && a.kind === 'list' && b.kind === 'list') {
    return boundedList(a.size + b.size, () => [...a.elements, ...b.elements]);
  }
  if (operator === '*' && a.kind === 'list' && b.kind === 'number') return repeat(a, b);
  if (operator === '*' && a.kind === 'number' && b.kind === 'list') return repeat(b, a);
  return { code: 'bad-operand', message: `${operator} does not apply to ${describe(a)} and ${describe(b)}` };
}

/** `-a`; the integer 0 stays 0 and does not become -0. */
export function negate(a: Value): Value | Failure {
  if (a.kind === 'number') return { ...a, value: a.value === 0 && a.integer ? 0 : -a.value };
  return { code: 'bad-operand', message: `- does not apply to ${describe(a)}` };
}

/** `a operator b` as a truth value. Only values of one kind can be compared, and only numbers and texts have an order. */
export function compare(operator: ComparisonOperator, a: Value, b: Value): Value | Failure {
  if (operator === '==' || operator === '!=') {
    if (a.kind !== b.kind) {
      return {
        code: 'bad-operand',
        message: `${describe(a)} and ${describe(b)} are never equal: they are not of one kind`,
      };
    }
    return booleanValue(equal(a, b) === (operator === '=='));
  }
  if (a.kind === 'number' && b.kind === 'number') return booleanValue(ordered(operator, a.value, b.value));
  if (a.kind === 'text' && b.kind === 'text') return booleanValue(ordered(operator, a.value, b.value));
  return { code: 'bad-operand', message: `${operator} does not order ${describe(a)} and ${describe(b)}` };
}

/** The number, or a failure if it is not finite or is an integer too large to be exact. */
export function checkedNumber(value: number, integer: boolean, what: string): NumberValue | Failure {
  if (Number.isNaN(value)) return { code: 'number-range', message: `${what} has no real value` };
  if (!Number.isFinite(value)) return { code: 'number-range', message: `${what} is too large for a number` };
  if (!integer) return floatValue(value);
  if (!Number.isSafeInteger(value)) {
    return {
      code: 'number-range',
      message: `${what} is beyond the integers that are exact, ±2^53`,
      help: 'write one operand with a point for a fractional number',
    };
  }
  return integerValue(value);
}

function onNumbers(operator: ArithmeticOperator, a: NumberValue, b: NumberValue): Value | Failure {
  const integer = a.integer && b.integer;
  const x = a.value;
  const y = b.value;
  const what = `${showNumber(a)} ${operator} ${showNumber(b)}`;
  switch (operator) {
    case '+':
      return checkedNumber(x + y, integer, what);
    case '-':
      return checkedNumber(x - y, integer, what);
    case '*':
      return checkedNumber(x * y, integer, what);
    case '/':
      if (y === 0) return { code: 'division-by-zero', message: `${what} divides by zero` };
      return integer ? integerValue((x - floorModulo(x, y)) / y) : checkedNumber(x / y, false, what);
    case '%':
      if (y === 0) return { code: 'division-by-zero', message: `${what} divides by zero` };
      return checkedNumber(floorModulo(x, y), integer, what);
    case '**':
      if (x === 0 && y < 0) return { code: 'division-by-zero', message: `${what} divides by zero` };
      return checkedNumber(x ** y, integer && y >= 0, what);
    case '@':
      return { code: 'bad-operand', message: '@ multiplies tensors, not numbers', help: 'write * for numbers' };
  }
}

function floorModulo(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

function repeat(list: ListValue, times: NumberValue): Value | Failure {
  if (!times.integer || times.value < 0) {
    return { code: 'bad-operand', message: `a list cannot be repeated ${showNumber(times)} times` };
  }
  return boundedList(list.size * times.value, () => Array.from({ length: times.value }, () => list.elements).flat());
}

/** The list, or a failure if it has too many elements. `size` is the number of elements, so that a list that is too long is never made. */
export function boundedList(size: number, elements: () => readonly Value[]): ListValue | Failure {
  if (size > limits.listElements) {
    return { code: 'size-limit', message: `a list has at most ${limits.listElements.toLocaleString('en')} elements` };
  }
  const list = listValue(elements());
  if (list.depth <= limits.listDepth) return list;
  return { code: 'size-limit', message: `lists are nested at most ${limits.listDepth} deep` };
}

/** The text, or a failure if it is longer than `limits.textLength` characters. */
export function boundedText(text: string): Value | Failure {
  if (text.length <= limits.textLength) return textValue(text);
  return { code: 'size-limit', message: `a text has at most ${limits.textLength.toLocaleString('en')} characters` };
}

function ordered(operator: ComparisonOperator, a: number | string, b: number | string): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === 'list' && b.kind === 'list') {
    return (
      a.size === b.size &&
      a.elements.length === b.elements.length &&
      a.elements.every((e, i) => equal(e, b.elements[i]))
    );
  }
  if (a.kind === 'element' && b.kind === 'element') return a.element === b.element;
  return 'value' in a && 'value' in b && a.value === b.value;
}
