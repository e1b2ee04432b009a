/**
 * Makes values. Types are those that the operations of the table infer, and what they say is wrong refuses the node; calls over constants are
 * computed by the operations' own oracles, so that shapes that a model computes are numbers here.
 */
import { type ElementType, elementCount, isInteger, roundingOf, type TensorType } from '@tessera-dnn/graph';
import { type Arguments, isProblem, type OpDef, type OpTable } from '@tessera-dnn/graph/op';
import { decoded } from './numbers.ts';
import { Refusal, refuse } from './refusal.ts';
import type { CallSource, Hint, Value } from './value.ts';

/** A tensor, or a number that takes the element type of the tensors beside it. */
export type Operand = Value | number;

/** The language takes no program of as many operations. */
const mostCalls = 200_000;
/** The most elements of a tensor: more than fit any chip. */
const mostElements = 2 ** 40;
/** The most elements that are computed here; larger tables are the compiler's. */
const mostFolded = 2 ** 22;

/** Makes the values of one import. */
export class Draft {
  readonly table: OpTable;
  /** Whether operations only are called, and no blocks of the prelude. */
  readonly flat: boolean;
  /** What values that are made now are named after: the node that is lowered. */
  hint: Hint | undefined;

  #calls = 0;

  constructor(table: OpTable, flat: boolean) {
    this.table = table;
    this.flat = flat;
  }

  /** A call of an operation. `args` are its compile-time arguments as a text would have them. */
  call(name: string, operands: readonly Operand[], args: Arguments = {}): Value {
    // A few bytes may say a loop of loops.
    if (++this.#calls > mostCalls) refuse(`the model makes more than ${mostCalls.toLocaleString('en')} calls`);
    const op = this.table.find(name) ?? refuse(`this needs an operation ${name}, which there is not`);
    const tensors = operands.filter(operand => typeof operand !== 'number');
    const values = operands.map(operand => (typeof operand === 'number' ? literal(operand, tensors) : operand));
    const empty = values.find(({ type }) => type.shape.includes(0));
    if (empty !== undefined) refuse('a tensor without elements takes part in a computation');
    const plain = op.kind === 'elementwise' ? spread(values) : values;
    const { type, attributes } = typed(op, plain, args);
    const source: CallSource = { kind: 'call', op, operands: plain, args };
    const constant = folded(source, type, attributes);
    if (constant === undefined) for (const value of plain) checkRange(value);
    return constant ?? { type, source, hint: this.hint };
  }

  /** A constant of numbers in row-major order, one number standing for all elements. */
  constant(element: ElementType, shape: readonly number[], data: number | ArrayLike<number>): Value {
    if (elementCount(shape) > mostElements) refuse(`a tensor has ${elementCount(shape)} elements`);
    const numbers = typeof data === 'number' ? Float64Array.of(data) : Float64Array.from(data);
    return { type: { element, shape }, source: { kind: 'constant', data: numbers } };
  }
}

/** A number beside tensors has their type; a condition beside them says nothing of it. */
function literal(value: number, tensors: readonly Value[]): Value {
  const like = tensors.find(({ type }) => type.element !== 'bool') ?? tensors[0];
  return {
    type: { element: like?.type.element ?? 'f32', shape: [] },
    source: { kind: 'constant', data: Float64Array.of(value) },
  };
}

/** Constants of one repeated number as that number, where the result keeps its shape without them: so texts say `x * 2`. */
function spread(values: readonly Value[]): readonly Value[] {
  const others = values.filter(value => value.source.kind !== 'constant');
  const rank = Math.max(0, ...others.map(({ type }) => type.shape.length));
  return values.map(value => {
    const { source, type } = value;
    if (source.kind !== 'constant' || others.length === 0 || type.shape.length > rank || type.shape.length === 0)
      return value;
    const [first] = source.data;
    const covers = type.shape.every(
      (extent, axis) => extent === 1 || others.some(other => extentAt(other, axis, type) === extent),
    );
    if (!covers || !source.data.every(number => Object.is(number, first))) return value;
    return { ...value, type: { ...type, shape: [] }, source: { ...source, data: Float64Array.of(first) } };
  });
}

/** The extent of `other` along the axis that lies, counted from the end, where `axis` lies in `type`. */
function extentAt({ type: { shape } }: Value, axis: number, type: TensorType): number | undefined {
  return shape[shape.length - type.shape.length + axis];
}

function typed(op: OpDef, operands: readonly Value[], args: Arguments) {
  const types = operands.map(({ type }) => type);
  const defaults = op.parameters.flatMap(({ name, default: value }) =>
    value === undefined || value === null ? [] : [[name, value]],
  );
  const attributes = op.attributes({ ...Object.fromEntries(defaults), ...args }, types);
  if (isProblem(attributes)) throw new Refusal(attributes.message, attributes.help);
  const type = op.kind === 'composite' ? compositeType(op, types, attributes) : op.infer(types, attributes);
  if (isProblem(type)) throw new Refusal(type.message, type.help);
  return { type, attributes };
}

function compositeType(op: OpDef, types: readonly TensorType[], attributes: ReturnType<OpDef['attributes']>) {
  return isProblem(attributes) ? attributes : op.infer(types, attributes);
}

/** The constant that a call over constants is. Weights are none: they stay in their file. */
function folded(
  { op, operands }: CallSource,
  type: TensorType,
  attributes: Exclude<ReturnType<OpDef['attributes']>, { code: string }>,
): Value | undefined {
  if (op.impure || operands.some(({ source }) => source.kind !== 'constant')) return undefined;
  if (elementCount(type.shape) > mostFolded) return undefined;
  const tensors = operands.map(value => ({ type: value.type, data: decoded(value) }));
  const data = op.evaluate(tensors, attributes, type, roundingOf(type.element, Math.fround));
  if (isInteger(type.element))
    checkOverflow(
      op.name,
      tensors.map(one => one.data),
      data,
    );
  return { type, source: { kind: 'constant', data } };
}

/** Constants of a running program have 32 bits. */
export function checkRange(value: Value | undefined): void {
  if (value === undefined) return;
  const { source, type } = value;
  if (source.kind !== 'constant' || type.element !== 'i32') return;
  const beyond = source.data.find(value => value !== (value | 0));
  if (beyond !== undefined) refuse(`the whole number ${beyond} does not fit 32 bits`);
}

const exact: { readonly [op: string]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
};

/** Whole numbers of 64 bits are computed in 32: a result that wrapped would be a wrong one. */
function checkOverflow(op: string, [a, b]: readonly Float64Array[], data: Float64Array): void {
  const formula = exact[op];
  if (formula === undefined) return;
  const wrapped = data.some(
    (value, i) =>
      (a.length === data.length || a.length === 1) &&
      (b.length === data.length || b.length === 1) &&
      value !== formula(a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]),
  );
  if (wrapped) refuse('a whole number that the model computes does not fit 32 bits');
}
