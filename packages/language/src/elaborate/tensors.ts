/** Makes tensors of compile-time values: a number beside a tensor takes the tensor's element type, and a list becomes a constant. */
import type { ElementType, Origin, TensorType, ValueId } from '@tessera-dnn/graph';
import { elementCount, isFloat, sameShape } from '@tessera-dnn/graph';
import type { Argument } from './arguments.ts';
import type { Frame, ProgramState } from './frame.ts';
import type { TensorValue, Value } from './value.ts';

/** A compile-time value that can stand for a tensor: a number, a truth value, or a list of such. */
export interface Literal {
  readonly shape: readonly number[];
  /** Row-major; truth values as 0 and 1. */
  readonly data: Float64Array;
  readonly content: 'booleans' | 'integers' | 'fractions';
}

/** The value as a literal; undefined if it has no numbers, or is a list whose rows differ in shape. */
export function literalOf(value: Value): Literal | undefined {
  const shape = shapeOf(value);
  if (shape === undefined || shape.includes(0)) return undefined;
  const data = new Float64Array(elementCount(shape));
  const kinds = new Set<string>();
  const filled = fill(value, shape, 0, { data, kinds }, 0);
  if (filled !== data.length || (kinds.has('boolean') && kinds.size > 1)) return undefined;
  if (kinds.has('boolean')) return { shape, data, content: 'booleans' };
  return { shape, data, content: data.every(Number.isInteger) ? 'integers' : 'fractions' };
}

/** Whether the element type can hold every number of the literal. */
export function fitsElement(literal: Literal, element: ElementType): boolean {
  if (element === 'bool') return literal.content !== 'fractions' && literal.data.every(x => x === 0 || x === 1);
  if (literal.content === 'booleans') return false;
  if (isFloat(element)) return true;
  const [low, high] = integerRange[element as 'i32' | 'i8' | 'u8'];
  return literal.content === 'integers' && literal.data.every(x => x >= low && x <= high);
}

const integerRange = { i32: [-(2 ** 31), 2 ** 31 - 1], i8: [-128, 127], u8: [0, 255] } as const;

/** The literal as a constant of the program's graph. */
export function constantOf(program: ProgramState, literal: Literal, element: ElementType, origin: Origin): ValueId {
  const data = literal.data.length === 1 ? literal.data[0] : literal.data;
  return program.graph.constant({ element, shape: literal.shape }, data, origin);
}

/** A constant of `type` from a number for all elements or from a list of exactly its shape; undefined if the value does not fit. */
export function constantLike(frame: Frame, { value, span }: Argument, type: TensorType): TensorValue | undefined {
  const literal = literalOf(value);
  if (literal === undefined || frame.program === undefined || !fitsElement(literal, type.element)) return undefined;
  if (literal.shape.length > 0 && !sameShape(literal.shape, type.shape)) return undefined;
  const data = literal.data.length === 1 ? literal.data[0] : literal.data;
  return tensorValue(frame.program, frame.program.graph.constant(type, data, originAt(frame, span)));
}

/** A node of the program's graph as a value of the language. */
export function tensorValue(program: ProgramState, id: ValueId): TensorValue {
  return { kind: 'tensor', id, type: program.graph.type(id) };
}

/** The origin of a node that is made at `span`. The label of the call that makes it is part of its path. */
export function originAt(frame: Frame, span: Origin['span'], label?: string): Origin {
  const path = label === undefined || label === '' ? frame.labels.path : frame.labels.join(label);
  return { span, calls: frame.calls, ...(path === '' ? {} : { path }) };
}

/** The type of a single number, `f32[]` for example. */
export function scalarType(element: ElementType): TensorType {
  return { element, shape: [] };
}

function shapeOf(value: Value): readonly number[] | undefined {
  if (value.kind === 'number' || value.kind === 'boolean') return [];
  if (value.kind !== 'list') return undefined;
  if (value.elements.length === 0) return [0];
  const inner = shapeOf(value.elements[0]);
  return inner === undefined ? undefined : [value.elements.length, ...inner];
}

/** What a value is read into: its numbers, and the kinds of its elements. */
interface Filled {
  readonly data: Float64Array;
  readonly kinds: Set<string>;
}

/** Fills `data` from `at` on. Returns the index after the last number, or -1 if the rows of the list differ in shape. */
function fill(value: Value, shape: readonly number[], axis: number, into: Filled, at: number): number {
  if (axis === shape.length) {
    if (value.kind !== 'number' && value.kind !== 'boolean') return -1;
    into.kinds.add(value.kind);
    into.data[at] = Number(value.value);
    return at + 1;
  }
  if (value.kind !== 'list' || value.elements.length !== shape[axis]) return -1;
  for (const element of value.elements) {
    at = fill(element, shape, axis + 1, into, at);
    if (at === -1) return -1;
  }
  return at;
}
