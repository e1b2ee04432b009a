/** Gives several names the parts of one value: `let a, b = split(x, 2)`, `let hidden, cell = step(x)`. */
import type { Name } from '../ast.ts';
import type { Argument } from './arguments.ts';
import { type Frame, report } from './frame.ts';
import { describe, poison, type RecordValue, type Value } from './value.ts';

/**
 * The value of each name; poison after a report. A list has as many elements as there are names. Named results are taken by name if each of
 * the names is one of them, and in their order if none is and all are taken. A single name gets the value as it is.
 */
export function unpacked(frame: Frame, names: readonly Name[], { value, span }: Argument): readonly Value[] {
  if (names.length === 1) return [value];
  const parts = value.kind === 'record' ? partsOf(value, names) : value.kind === 'list' ? value.elements : undefined;
  if (parts?.length === names.length) return parts;
  if (value.kind !== 'poison') {
    const message = `${names.length} names are to have the parts of ${describe(value)}${countOf(value)}`;
    report(frame, { code: 'unpacking', message, span, help: helpFor(value, names) });
  }
  return names.map(() => poison);
}

function partsOf({ fields }: RecordValue, names: readonly Name[]): readonly Value[] | undefined {
  const named = names.filter(({ text }) => fields.has(text));
  if (named.length === 0) return [...fields.values()];
  return named.length === names.length ? names.map(({ text }) => fields.get(text) ?? poison) : undefined;
}

function countOf(value: Value): string {
  return value.kind === 'list' ? `, which has ${value.elements.length}` : '';
}

function helpFor(value: Value, names: readonly Name[]): string | undefined {
  if (value.kind === 'tensor') return `cut it first: split(x, ${names.length}, axis: 0)`;
  if (value.kind !== 'record') return undefined;
  const odd = names.find(({ text }) => !value.fields.has(text));
  const some = names.some(({ text }) => value.fields.has(text));
  return some
    ? `${odd?.text} is not among the results; name each as the block does, or none`
    : 'name as many as there are';
}
