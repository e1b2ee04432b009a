/**
 * Checks for what people type: a name that is not known is a mistake, and answered with the one that was meant. Artifacts, which nobody types,
 * do without them, and so does whoever runs these.
 */
import { closest } from '@tessera-dnn/diagnostics';
import { type Check, isRecord, oneOf, record } from './json-check.ts';

/** One of these strings. For another string the fault's help names the closest choice, if one is close. */
export function choice(choices: readonly string[]): Check {
  const known = oneOf(choices);
  return (value, path, faults) => {
    const ok = known(value, path, faults);
    if (!ok && typeof value === 'string') faults.push({ ...faults.pop()!, help: didYouMean(value, choices) });
    return ok;
  };
}

/** An object with `fields` and no other keys; those called `optional` may be missing. */
export function closedRecord(fields: { readonly [key: string]: Check }, optional: readonly string[] = []): Check {
  const names = Object.keys(fields);
  const known = record(fields, optional);
  return (value, path, faults) => {
    const before = faults.length;
    for (const key of isRecord(value) ? Object.keys(value) : []) {
      if (names.includes(key)) continue;
      const help = didYouMean(key, names) ?? `the keys are ${names.join(', ')}`;
      faults.push({ path: [...path, key], message: 'is not a key that is known here', help });
    }
    known(value, path, faults);
    return faults.length === before;
  };
}

/** "did you mean x?" or nothing. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
  const near = closest(name, names);
  return near === undefined ? undefined : `did you mean ${near}?`;
}
