/**
 * What an expression stands for while a file is elaborated: a compile-time value, a tensor of the graph under construction, or `poison`,
 * the result of an expression that failed. Code that meets poison reports nothing and returns poison.
 */
import { type ElementType, showType, type TensorType, type ValueId } from '@tessera-dnn/graph';

/** `integer` tells `7 / 2` (3) from `7.0 / 2` (3.5). */
export interface NumberValue {
  readonly kind: 'number';
  readonly value: number;
  readonly integer: boolean;
}

export interface BooleanValue {
  readonly kind: 'boolean';
  readonly value: boolean;
}

export interface TextValue {
  readonly kind: 'text';
  readonly value: string;
}

export interface ElementValue {
  readonly kind: 'element';
  readonly element: ElementType;
}

/**
 * `size` counts all elements, including those of nested lists, and `depth` the levels of lists in lists; they limit every walk over the
 * list. No element is poison, since such a list is poison itself.
 */
export interface ListValue {
  readonly kind: 'list';
  readonly elements: readonly Value[];
  readonly size: number;
  readonly depth: number;
}

/** A node in the graph of the program that is being built. */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly id: ValueId;
  readonly type: TensorType;
}

/** What `return { a, b: e }` gives. */
export interface RecordValue {
  readonly kind: 'record';
  readonly fields: ReadonlyMap<string, Value>;
}

export type Value =
  | NumberValue
  | BooleanValue
  | TextValue
  | ElementValue
  | ListValue
  | TensorValue
  | RecordValue
  | { readonly kind: 'nothing' }
  | { readonly kind: 'poison' };

export const nothing: Value = { kind: 'nothing' };
/** The value of what failed and has been reported: everything computed from it is poison too, and silent. */
export const poison: Value = { kind: 'poison' };

/** An integer, which must be exact (at most 2^53); -0 becomes 0. */
export function integerValue(value: number): NumberValue {
  return { kind: 'number', value: value === 0 ? 0 : value, integer: true };
}

/** A number that is no integer for the language, even if its value is whole: `1.0`. */
export function floatValue(value: number): NumberValue {
  return { kind: 'number', value, integer: false };
}

/** `true` or `false` of the language. */
export function booleanValue(value: boolean): BooleanValue {
  return { kind: 'boolean', value };
}

/** A string of the language, its interpolations computed. */
export function textValue(value: string): TextValue {
  return { kind: 'text', value };
}

/** A list, with the number of elements and the depth of its nesting counted. */
export function listValue(elements: readonly Value[]): ListValue {
  let size = elements.length;
  let depth = 1;
  for (const element of elements) {
    if (element.kind !== 'list') continue;
    size += element.size;
    depth = Math.max(depth, element.depth + 1);
  }
  return { kind: 'list', elements, size, depth };
}

/** Extents, axes and the like as a list of integers. */
export function integersValue(numbers: readonly number[]): ListValue {
  return listValue(numbers.map(integerValue));
}

/** A list of whole numbers, or one whole number as a list of one; undefined for anything else. */
export function integersOf(value: Value): readonly number[] | undefined {
  if (value.kind === 'number') return Number.isInteger(value.value) ? [value.value] : undefined;
  if (value.kind !== 'list') return undefined;
  const numbers: number[] = [];
  for (const element of value.elements) {
    if (element.kind !== 'number' || !Number.isInteger(element.value)) return undefined;
    numbers.push(element.value);
  }
  return numbers;
}

/** What the value is called in messages: `3`, `"text"`, `[1, 2]`, `f32[2, 3]`. */
export function show(value: Value): string {
  switch (value.kind) {
    case 'number':
      return showNumber(value);
    case 'boolean':
      return String(value.value);
    case 'text':
      return JSON.stringify(value.value.length > 40 ? `${value.value.slice(0, 40)}…` : value.value);
    case 'element':
      return value.element;
    case 'list':
      return showList(value);
    case 'tensor':
      return showType(value.type);
    case 'record':
      return `{ ${[...value.fields.keys()].join(', ')} }`;
    case 'nothing':
      return 'nothing';
    case 'poison':
      return '?';
  }
}

/** Like `show`, with an article and a noun where that reads better: `the number 3`, `a tensor f32[2]`. */
export function describe(value: Value): string {
  switch (value.kind) {
    case 'number':
      return `the number ${show(value)}`;
    case 'text':
      return `the text ${show(value)}`;
    case 'element':
      return `the element type ${show(value)}`;
    case 'list':
      return `the list ${show(value)}`;
    case 'tensor':
      return `a tensor ${show(value)}`;
    case 'record':
      return `the outputs ${show(value)}`;
    default:
      return show(value);
  }
}

/** A number in words. One that is not an integer keeps its point (`2.0`), so that labels tell the two kinds apart. */
export function showNumber(value: NumberValue): string {
  const text = String(value.value);
  return value.integer || /[.eIN]/.test(text) ? text : `${text}.0`;
}

function showList(value: ListValue): string {
  if (value.size > 16) return `[… ${value.elements.length} elements]`;
  return `[${value.elements.map(show).join(', ')}]`;
}
