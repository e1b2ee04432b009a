/**
 * Spatial arguments: a number for all axes, or a list with one entry per axis; padding also `[[lo, hi], …]`.
 * Every reader gives one entry per spatial axis, or the problem that names the argument.
 */
import type { Argument, Arguments, Problem } from '@tessera/graph';
import { badAttribute } from './problem.ts';

/** Elements added before and after an axis. */
export type Padding = readonly [low: number, high: number];

export interface IntegerArgument {
  readonly name: string;
  /** Taken where the argument is missing; without it the argument is required. */
  readonly fallback?: readonly number[];
  readonly least: number;
}

/** One whole number per spatial axis. */
export function readIntegers(args: Arguments, axes: number, argument: IntegerArgument): readonly number[] | Problem {
  const { name, fallback, least } = argument;
  const value = args[name];
  if (value === undefined) return fallback ?? badAttribute(name, `${name} is missing`);
  const list = spread(value, axes);
  if (list === undefined) return badAttribute(name, `${name} must be a whole number or a list of ${axes} of them`);
  const wrong = list.find(entry => !isWhole(entry) || entry < least);
  if (wrong !== undefined) {
    return badAttribute(name, `${name} must be made of whole numbers of at least ${least}, not ${show(wrong)}`);
  }
  return list as readonly number[];
}

/** One pair per spatial axis. */
export function readPadding(args: Arguments, axes: number): readonly Padding[] | Problem {
  const value = args['padding'] ?? 0;
  const list = spread(value, axes);
  if (list === undefined) {
    return badAttribute('padding', `padding must be a whole number, or a list of ${axes} numbers or pairs [lo, hi]`);
  }
  const pairs = list.map(entry => (Array.isArray(entry) ? entry : [entry, entry]) as readonly Argument[]);
  for (const pair of pairs) {
    const wrong = pair.length === 2 ? pair.find(entry => !isWhole(entry) || entry < 0) : pair;
    if (wrong !== undefined) {
      return badAttribute(
        'padding',
        `padding must be made of whole numbers of at least 0 or pairs [lo, hi], not ${show(wrong)}`,
      );
    }
  }
  return pairs as unknown as readonly Padding[];
}

function spread(value: Argument, axes: number): readonly Argument[] | undefined {
  if (!Array.isArray(value)) return new Array<Argument>(axes).fill(value);
  return value.length === axes ? value : undefined;
}

function isWhole(value: Argument): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function show(value: Argument): string {
  return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : String(value);
}
