/**
 * The record fields of one kernel by role: code written several times, for vectors and for the rest, reads one field. Roles and not
 * values are the key, so that vertices whose numbers happen to be equal still share their code with others.
 */
import type { KernelBuilder, KernelValue, Operand } from '@tessera/graph';

export type Fields = (role: string, value: number) => KernelValue;

export function createFields(k: KernelBuilder): Fields {
  const known = new Map<string, KernelValue>();
  return (role, value) => {
    const field = known.get(role) ?? k.field(value);
    known.set(role, field);
    return field;
  };
}

/** `base + index · stride`, strides being part of the record; nothing is added where the walk stands still. */
export function walk(
  k: KernelBuilder,
  fields: Fields,
  base: KernelValue,
  index: Operand,
  role: string,
  stride: number,
): KernelValue {
  if (stride === 0 || index === 0) return base;
  return k.add(
    base,
    typeof index === 'number' ? fields(`${role} · ${index}`, index * stride) : k.mul(index, fields(role, stride)),
  );
}
