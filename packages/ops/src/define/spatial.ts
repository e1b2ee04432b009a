/**
 * Arguments about spatial axes (strides, padding). A user writes one number for all axes, or a list with an entry for each; for padding an
 * entry may be a pair `[lo, hi]`. The readers give one entry for each spatial axis, or a `bad-attribute` that names the argument.
 */
import type { Argument, Arguments, Problem } from '@tessera-dnn/graph/op';
import { badAttribute } from './problem.ts';

/** Elements added before and after an axis. */
export type Padding = readonly [low: number, high: number];

/** What is expected of an argument. */
export interface SpatialArgument {
  readonly name: string;
  /** The value for all axes if the argument is missing; without a fallback it must not be. */
  readonly fallback?: number;
  /** The least value that is allowed. */
  readonly least: number;
}

/** One whole number for each of the `axes` spatial axes. */
export function readSpatial(
  op: string,
  args: Arguments,
  axes: number,
  { name, fallback, least }: SpatialArgument,
): readonly number[] | Problem {
  const value = args[name] ?? fallback;
  const list = value === undefined ? undefined : spread(value, axes);
  if (list === undefined) {
    return badAttribute(name, `${name} of ${op} is a whole number or a list of ${axes} of them, not ${show(value)}`);
  }
  const wrong = list.find(entry => !isWhole(entry));
  if (wrong !== undefined) return badAttribute(name, `${name} of ${op} is made of whole numbers, not ${show(wrong)}`);
  const numbers = list as readonly number[];
  const small = numbers.find(entry => entry < least);
  if (small !== undefined) return badAttribute(name, `${name} of ${op} is at least ${least}, not ${small}`);
  return numbers;
}

/** The argument `padding`: how many elements are added before and after each of the `axes` spatial axes; 0 if it is missing. */
export function readPadding(op: string, args: Arguments, axes: number): readonly Padding[] | Problem {
  const list = spread(args['padding'] ?? 0, axes);
  if (list === undefined) {
    return badAttribute(
      'padding',
      `padding of ${op} is a whole number, or a list of ${axes} numbers or pairs [lo, hi], not ${show(args['padding'])}`,
    );
  }
  const pairs: Padding[] = [];
  for (const entry of list) {
    const [low, high, ...more] = Array.isArray(entry) ? entry : [entry, entry];
    if (!isWhole(low) || !isWhole(high) || more.length > 0) {
      return badAttribute('padding', `padding of ${op} is made of whole numbers or pairs [lo, hi], not ${show(entry)}`);
    }
    if (low < 0 || high < 0) return badAttribute('padding', `padding of ${op} is at least 0, not ${show(entry)}`);
    pairs.push([low, high]);
  }
  return pairs;
}

function spread(value: Argument, axes: number): readonly Argument[] | undefined {
  if (!Array.isArray(value)) return new Array<Argument>(axes).fill(value);
  return value.length === axes ? value : undefined;
}

function isWhole(value: Argument): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function show(value: Argument | undefined): string {
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : String(value);
}
