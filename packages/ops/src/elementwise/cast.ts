/**
 * The op `cast`: the only conversion between element types. What becomes a float gets the nearest value of that type. A float that becomes
 * an integer is rounded towards zero; if it is too large it becomes the nearest integer of the type, and NaN becomes 0. From integer to
 * integer the low bits are kept. A number becomes a bool that says whether it is not 0.
 */
import type { ElementType } from '@tessera-dnn/graph';
import { elementTypes, type IntegerElement, integerRange, isFloat, isInteger } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { scalarOf } from '@tessera-dnn/graph/kernel';
import type { Interval, Problem, Round } from '@tessera-dnn/graph/op';
import { elementInterval, within } from '@tessera-dnn/graph/op';
import { pickElement } from '../define/element-sets.ts';
import { elementwise } from '../define/elementwise.ts';
import { badAttribute } from '../define/problem.ts';

type CastAttributes = { readonly element: ElementType };

export const cast = elementwise<CastAttributes>({
  name: 'cast',
  doc: {
    summary: 'x in another element type',
    example: 'model example(x: i32[2, 3]) -> f32[2, 3] {\n  cast(x, f32)\n}\n',
  },
  operands: ['x'],
  parameters: [{ name: 'element', kind: 'element' }],
  attributes: ({ element }) => readElement(element),
  accepts: 'any',
  elements: (_operands, { element }) => element,
  scalar: ([x], { element }, round, [from]) => convert(x, from, element, round),
  expression: (k, [x], { element }) => convertRegister(k, x, element),
  values: [[-300, 300]],
  sampled: pick => {
    return { elements: [pickElement(pick, 'any')], args: { element: pickElement(pick, 'any') } };
  },
  bounds: ([x], { element }, [from]) => castBounds(x, from, element),
  gradient: ({ build, operands: [x], upstream }) => {
    const { element } = build.type(x);
    return [isFloat(element) ? build.op('cast', [upstream], { element }) : undefined];
  },
});

/** A float saturates, and NaN becomes 0; a whole number that is too large may become any. */
function castBounds([least, greatest]: Interval, from: ElementType, to: ElementType): Interval {
  const range = elementInterval(to);
  if (!isInteger(to)) return to === 'bool' ? range : [least, greatest];
  if (!isFloat(from)) return within([least, greatest], range) ? [least, greatest] : range;
  const whole = [least, greatest].map(bound => Math.min(Math.max(Math.trunc(bound), range[0]), range[1]));
  return [Math.min(whole[0], 0), Math.max(whole[1], 0)];
}

function readElement(given: unknown): CastAttributes | Problem {
  const element = elementTypes.find(known => known === given);
  return element === undefined
    ? badAttribute('element', `cast needs an element type, not ${String(given)}`, `one of ${elementTypes.join(', ')}`)
    : { element };
}

function convert(x: number, from: ElementType, to: ElementType, round: Round): number {
  if (to === 'bool') return x !== 0 ? 1 : 0;
  if (!isInteger(to)) return round(x);
  if (!isFloat(from)) return lowBits(to, x);
  const [low, high] = integerRange(to);
  return Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), low), high) + 0;
}

/** A whole number of 32 bits, of which the type keeps the lowest. */
function lowBits(to: IntegerElement, x: number): number {
  switch (to) {
    case 'i8':
      return (x << 24) >> 24;
    case 'u8':
      return x & 0xff;
    case 'i32':
      return x;
  }
}

/** The conversion in registers, which hold floats as f32 and integers as i32. */
function convertRegister(k: KernelBuilder, x: KernelValue, to: ElementType): KernelValue {
  const from = scalarOf(x.type);
  if (to === 'bool') return from === 'bool' ? x : k.ne(x, 0);
  const whole = from === 'bool' ? k.widen(x) : x;
  if (isInteger(to)) return from === 'f32' ? k.truncate(x) : lowBitsOf(k, whole, to);
  const real = from === 'f32' ? x : k.convert(whole);
  // Who casts to 16 bits asks for what they can hold, also where the value is not stored.
  switch (to) {
    case 'f32':
      return real;
    case 'f16':
      return k.half(real);
    case 'bf16':
      return k.brain(real);
  }
}

function lowBitsOf(k: KernelBuilder, whole: KernelValue, to: IntegerElement): KernelValue {
  switch (to) {
    case 'i8':
      return k.shr(k.shl(whole, 24), 24);
    case 'u8':
      return k.and(whole, 0xff);
    case 'i32':
      return whole;
  }
}
