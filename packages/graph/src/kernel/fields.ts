/** How the fields of a vertex lie in memory: one after the other, each of its type, little-endian. */
import type { FieldType, KernelCode } from './code.ts';

export const fieldBytes: Readonly<Record<FieldType, 1 | 2 | 4>> = { u8: 1, i8: 1, u16: 2, i16: 2, i32: 4 };

/** How wide field `field` of the kernel is in memory; i32 where the kernel does not say. */
export function fieldType({ fieldTypes }: KernelCode, field: number): FieldType {
  return fieldTypes?.[field] ?? 'i32';
}

/** Bytes before field `field` of a block; of the whole block for `code.fields`. */
export function fieldOffset(code: KernelCode, field: number): number {
  let bytes = 0;
  for (let before = 0; before < field; before++) bytes += fieldBytes[fieldType(code, before)];
  return bytes;
}

/** The block of a vertex with the given values, which its code's types must hold. */
export function packFields(code: KernelCode, values: readonly number[]): Uint8Array {
  const block = new Uint8Array(fieldOffset(code, code.fields));
  let at = 0;
  values.forEach((value, field) => {
    const end = at + fieldBytes[fieldType(code, field)];
    for (let rest = value; at < end; at++, rest >>= 8) block[at] = rest;
  });
  return block;
}

/** The values of a block that {@link packFields} made, from byte `at` of the memory. */
export function unpackFields(code: KernelCode, memory: DataView, at: number): readonly number[] {
  return Array.from({ length: code.fields }, (_, field) => {
    return readers[fieldType(code, field)](memory, at + fieldOffset(code, field));
  });
}

const readers: Readonly<Record<FieldType, (memory: DataView, at: number) => number>> = {
  u8: (memory, at) => memory.getUint8(at),
  i8: (memory, at) => memory.getInt8(at),
  u16: (memory, at) => memory.getUint16(at, true),
  i16: (memory, at) => memory.getInt16(at, true),
  i32: (memory, at) => memory.getInt32(at, true),
};
