/**
 * What an expression stands for while a file is elaborated: a compile-time value, a tensor of the graph under construction, or `poison`,
 * the result of an expression that failed. Code that meets poison reports nothing and returns poison.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import { type ElementType, showType, type TensorType, type ValueId, type VariableId } from '@tessera-dnn/graph';
import type { OpDef } from '@tessera-dnn/graph/op';
import type { BuiltinName } from './builtin-names.ts';
import type { VisibleItem } from './files.ts';

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

/** What `return { a, b: e }` gives, or tensors by the paths of variables. */
export interface RecordValue {
  readonly kind: 'record';
  readonly fields: ReadonlyMap<string, Value>;
  /** The variables whose values the fields are, by the same names. */
  readonly variables?: ReadonlyMap<string, VariableId>;
}

/** What a call names: a block or model, a function of the language, or an op of the table. */
export type Callee =
  | { readonly kind: 'item'; readonly visible: VisibleItem }
  | { readonly kind: 'builtin'; readonly name: BuiltinName }
  | { readonly kind: 'op'; readonly op: OpDef };

/** A callee that is passed on: `residual(x, unit: bottleneck)`. */
export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly callee: Callee;
  /** Of a wrapper: the arguments that stand in its parentheses. */
  readonly given?: ReadonlyMap<string, { readonly value: Value; readonly span: Span }>;
}

export type Value =
  | NumberValue
  | BooleanValue
  | TextValue
  | ElementValue
  | ListValue
  | TensorValue
  | RecordValue
  | FunctionValue
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
      return showRecord(value);
    case 'function':
      return value.name;
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
      return `${value.variables === undefined ? 'the outputs' : 'the variables'} ${show(value)}`;
    case 'function':
      return `the ${calleeKind(value)} ${show(value)}`;
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

function showRecord({ fields }: RecordValue): string {
  const names = [...fields.keys()];
  const shown = names.slice(0, 6).join(', ');
  return `{ ${shown}${names.length > 6 ? `, … ${names.length} in all` : ''} }`;
}

/** Whether a function is a block, a model, or an operation. */
function calleeKind({ callee }: FunctionValue): string {
  return callee.kind === 'item' ? callee.visible.item.kind : 'function';
}
