/**
 * Checks for values from outside: JSON, and what a back end says of itself. A check looks at a value, reports every fault with its path
 * (`memory.host.bytes`), and says whether there was none; the caller then knows the type. Nothing throws, whatever the value.
 */
import { printableName } from '@tessera-dnn/diagnostics';

export interface Fault {
  /** The names on the way to the faulty value, outermost first; a list index is a name like `2`. */
  readonly path: readonly string[];
  /** The end of a sentence whose subject is the value: `must be an integer ≥ 1, not "x"`. */
  readonly message: string;
  readonly help?: string;
}

export type Check = (value: unknown, path: readonly string[], faults: Fault[]) => boolean;

/** A check by predicate; `expected` is a noun phrase. */
export function is(expected: string, holds: (value: unknown) => boolean): Check {
  return (value, path, faults) => {
    if (holds(value)) return true;
    faults.push({ path, message: `must be ${expected}, not ${excerpt(value)}` });
    return false;
  };
}

/** Any string, the empty one included. */
export const text: Check = is('a string', value => typeof value === 'string');

/** What people are shown as a name. */
export const name: Check = is(
  'a name without control characters',
  value => typeof value === 'string' && printableName(value) === value,
);

/** `true` or `false`; no 0, no "yes". */
export const truth: Check = is('true or false', value => value === true || value === false);

/** An integer from `least` to `most`, both included. */
export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Check {
  const expected = most === Number.MAX_SAFE_INTEGER ? `an integer ≥ ${least}` : `an integer from ${least} to ${most}`;
  return is(expected, value => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most);
}

/** A number ≥ 0 that is finite. */
export function quantity(): Check {
  return is('a number ≥ 0', value => Number.isFinite(value) && Number(value) >= 0);
}

/** A number from `least` to `most`, both included. */
export function within(least: number, most: number): Check {
  const holds = (value: unknown) => typeof value === 'number' && value >= least && value <= most;
  return is(`a number from ${least} to ${most.toLocaleString('en')}`, holds);
}

/** One of these strings. */
export function oneOf(choices: readonly string[]): Check {
  return is(`one of ${choices.join(', ')}`, value => typeof value === 'string' && choices.includes(value));
}

/** A list, each element of which passes `item`; a fault names the element by its index. The empty list passes. */
export function list(item: Check): Check {
  return (value, path, faults) => {
    if (!Array.isArray(value)) return is('a list', Array.isArray)(value, path, faults);
    // `from` visits the holes of a list, too.
    return Array.from(value, (element, i) => item(element, [...path, `${i}`], faults)).every(ok => ok);
  };
}

/** An object with any keys that `keys` allows, its values all alike. */
export function dictionary(item: Check, keys: Check): Check {
  return (value, path, faults) => {
    if (!isRecord(value)) return is('an object', isRecord)(value, path, faults);
    return Object.entries(value)
      .map(([key, element]) => keys(key, [...path, 'a key'], faults) && item(element, [...path, key], faults))
      .every(ok => ok);
  };
}

/** An object with `fields`, of which those called `optional` may be missing. Unknown keys pass: a format is one that later versions may add to. */
export function record(fields: { readonly [key: string]: Check }, optional: readonly string[] = []): Check {
  return (value, path, faults) => {
    if (!isRecord(value)) return is('an object', isRecord)(value, path, faults);
    const before = faults.length;
    for (const [key, check] of Object.entries(fields)) {
      if (Object.hasOwn(value, key)) check(value[key], [...path, key], faults);
      else if (!optional.includes(key)) faults.push({ path: [...path, key], message: 'is missing' });
    }
    return faults.length === before;
  };
}

/** Whether a value of JSON is an object: neither null nor a list. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as it is shown in a message: short, and never looked into, since it may be as deep and long as it likes. */
function excerpt(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  if (isRecord(value)) return 'an object';
  // JSON has larger numbers than the host.
  if (typeof value === 'number' && Math.abs(value) === Number.POSITIVE_INFINITY) return 'a number beyond 1.8e308';
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
