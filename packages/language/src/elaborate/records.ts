/** Applies what is written for tensors to records of tensors: to the fields of one name, one after the other. */
import type { Span } from '@tessera-dnn/diagnostics';
import { type Frame, report } from './frame.ts';
import { poison, type RecordValue, type Value } from './value.ts';

/**
 * What `apply` makes of the fields of each name; a value that is no record stands beside all of them. Undefined if none of the values is a
 * record, poison after a report if two records have different names.
 */
export function overFields(
  frame: Frame,
  what: string,
  values: readonly Value[],
  span: Span,
  apply: (values: readonly Value[]) => Value,
): Value | undefined {
  const records = values.filter((value): value is RecordValue => value.kind === 'record');
  if (records.length === 0) return undefined;
  const [first] = records;
  const odd = records.map(record => difference(first, record)).find(name => name !== undefined);
  if (odd !== undefined) {
    const message = `${what} needs the same names in all records, and only one of them has ${odd}`;
    report(frame, { code: 'bad-operand', message, span });
    return poison;
  }
  const fields = new Map<string, Value>();
  for (const name of first.fields.keys()) {
    fields.set(
      name,
      apply(values.map(value => (value.kind === 'record' ? (value.fields.get(name) ?? poison) : value))),
    );
  }
  return [...fields.values()].some(({ kind }) => kind === 'poison') ? poison : { kind: 'record', fields };
}

/** A name that one of the records has and the other lacks. */
function difference(a: RecordValue, b: RecordValue): string | undefined {
  const lacks = (one: RecordValue, other: RecordValue) => [...one.fields.keys()].find(name => !other.fields.has(name));
  return lacks(a, b) ?? lacks(b, a);
}
