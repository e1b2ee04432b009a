/**
 * Readers of compile-time arguments. Each gives the value in one normal form, or a `Problem` that says what is wrong with what the user
 * wrote. `op` and `name` are what messages call the operation and the argument. The readers for windows (strides, padding) are in
 * `spatial.ts`.
 */
import type { TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Argument, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { badAttribute, badAxis } from './problem.ts';

/** The most elements a tensor may have. No program means more, and byte offsets up to there are exact in a double. */
const largestTensor = 2 ** 40;

/** `true` or `false`. */
export function readBoolean(op: string, name: string, given: Argument | undefined): boolean | Problem {
  return typeof given === 'boolean'
    ? given
    : badAttribute(name, `${name} of ${op} is true or false, not ${show(given)}`);
}

/** Any number. */
export function readNumber(op: string, name: string, given: Argument | undefined): number | Problem {
  return typeof given === 'number' ? given : badAttribute(name, `${name} of ${op} is a number, not ${show(given)}`);
}

/** A whole number from `low` to `high`. */
export function readInteger(
  op: string,
  name: string,
  given: Argument | undefined,
  low = Number.MIN_SAFE_INTEGER,
  high = Number.MAX_SAFE_INTEGER,
): number | Problem {
  if (typeof given !== 'number' || !Number.isInteger(given)) {
    return badAttribute(name, `${name} of ${op} is a whole number, not ${show(given)}`);
  }
  if (given < low) return badAttribute(name, `${name} of ${op} is at least ${low}, not ${given}`);
  if (given > high) return badAttribute(name, `${name} of ${op} is at most ${high}, not ${given}`);
  return given;
}

/** A list of whole numbers; a single number stands for a list of one. */
export function readIntegers(op: string, name: string, given: Argument | undefined): readonly number[] | Problem {
  const list = typeof given === 'number' ? [given] : given;
  if (!Array.isArray(list) || !list.every(Number.isInteger)) {
    return badAttribute(name, `${name} of ${op} is a list of whole numbers, not ${show(given)}`);
  }
  return list as readonly number[];
}

/** An axis of `type`, from 0; the user may write a negative number that counts from the end. */
export function readAxis(op: string, given: Argument | undefined, type: TensorType, name = 'axis'): number | Problem {
  const axis = readInteger(op, name, given);
  return typeof axis === 'number' ? axisIn(op, name, axis, type) : axis;
}

/** One or several different axes in ascending order; all of them if the argument is missing. */
export function readAxes(
  op: string,
  given: Argument | undefined,
  type: TensorType,
  name = 'axis',
): readonly number[] | Problem {
  if (given === undefined) return type.shape.map((_, axis) => axis);
  const axes = readAxisList(op, given, type, name);
  return isProblem(axes) ? axes : [...axes].sort((a, b) => a - b);
}

/** One or several different axes in the order the user wrote them. */
export function readAxisList(
  op: string,
  given: Argument | undefined,
  type: TensorType,
  name: string,
): readonly number[] | Problem {
  const list = readIntegers(op, name, given);
  if (isProblem(list)) return list;
  const axes: number[] = [];
  for (const entry of list) {
    const axis = axisIn(op, name, entry, type);
    if (typeof axis !== 'number') return axis;
    if (axes.includes(axis)) return badAttribute(name, `${op} is given axis ${entry} of ${showType(type)} twice`);
    axes.push(axis);
  }
  return axes;
}

function axisIn(op: string, name: string, axis: number, type: TensorType): number | Problem {
  const rank = type.shape.length;
  return axis < -rank || axis >= rank ? badAxis(name, op, axis, type) : axis < 0 ? axis + rank : axis;
}

/** A shape with extents of at least 1 and at most 2⁴⁰ elements; a single number stands for a list of one. */
export function readShape(op: string, given: Argument | undefined, name = 'shape'): readonly number[] | Problem {
  const shape = readIntegers(op, name, given);
  if (isProblem(shape)) return shape;
  const bad = shape.find(extent => extent < 1);
  if (bad !== undefined)
    return badAttribute(name, `${op} cannot make a dimension of ${bad}`, 'every dimension is at least 1');
  const count = shape.reduce((product, extent) => product * extent, 1);
  return count > largestTensor ? badAttribute(name, `${op} would make a tensor of ${count} elements`) : shape;
}

/** An argument for a message, as the language writes it. */
export function show(given: Argument | undefined): string {
  if (given === undefined) return 'left out';
  if (typeof given === 'string') return `"${given}"`;
  return typeof given === 'object' ? `[${given.map(show).join(', ')}]` : String(given);
}
