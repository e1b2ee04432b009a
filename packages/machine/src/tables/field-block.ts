/** A codelet's number with the fields of a vertex or a copy, as it lies in every table that has records of it. */

export interface FieldBlock {
  readonly codelet: number;
  /** How many slots its records have. */
  readonly slots: number;
  /** The codelet's number, then the fields. */
  readonly bytes: Uint8Array;
  readonly numberBytes: 1 | 2;
  /** What the fields are aligned to; the number before them need not be. */
  readonly alignment: 1 | 2 | 4;
}

/** `fields` are packed as the codelet reads them. */
export function fieldBlock(
  codelet: { readonly number: number; readonly slots: number; readonly alignment: 1 | 2 | 4 },
  numberBytes: 1 | 2,
  fields: Uint8Array,
): FieldBlock {
  const { number, slots, alignment } = codelet;
  const bytes = new Uint8Array(numberBytes + fields.length);
  for (let i = 0; i < numberBytes; i++) bytes[i] = number >> (8 * i);
  bytes.set(fields, numberBytes);
  return { codelet: number, slots, bytes, numberBytes, alignment };
}
