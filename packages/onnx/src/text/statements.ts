/** Statements of a body. */
import type { Value } from '../draft/value.ts';
import type { Writer } from './expressions.ts';
import type { Names } from './names.ts';
import { valueName } from './value-names.ts';

/** The statement that a value needs, if it does. What gives it its name: that of the output which it is, if it is one. */
export function statementOf(
  writer: Writer,
  names: Names,
  value: Value,
  wanted?: string,
  scope?: string,
): readonly string[] {
  if (!writer.needsName(value, wanted !== undefined)) return [];
  const expression = writer.definition(value);
  const name = names.take(wanted ?? valueName(value, scope));
  writer.name(value, name);
  return [`let ${name} = ${expression}`];
}
