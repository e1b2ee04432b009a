/** The element types of ONNX, and what they are imported as. */
import type { StoredElement } from '@tessera-dnn/formats';
import type { ElementType } from '@tessera-dnn/graph';

/** Codes of `TensorProto.DataType` that are numbers. */
const elements: { readonly [code: number]: StoredElement } = {
  1: 'f32',
  2: 'u8',
  3: 'i8',
  4: 'u16',
  5: 'i16',
  6: 'i32',
  7: 'i64',
  9: 'bool',
  10: 'f16',
  11: 'f64',
  12: 'u32',
  13: 'u64',
  16: 'bf16',
};

const others: { readonly [code: number]: string } = {
  0: 'no type',
  8: 'strings',
  14: 'complex numbers',
  15: 'complex numbers',
};

/** The element type with this code, or what it is if it is none of numbers that files of weights hold. */
export function elementOf(code: number): StoredElement | { readonly foreign: string } {
  return elements[code] ?? { foreign: others[code] ?? `elements of type ${code}` };
}

/** Element types that programs have, of those that models have; the others become narrower ones. */
export const narrower: { readonly [element in StoredElement]?: ElementType } = {
  i64: 'i32',
  f64: 'f32',
  u64: 'i32',
  u32: 'i32',
  u16: 'i32',
  i16: 'i32',
};

/** Element types that are imported as narrower ones without being asked: whole numbers of 64 bits are indices and shapes. */
const usual: readonly StoredElement[] = ['i64'];

/** What `element` is imported as; undefined if it is narrowed only when `allowed` names it, and is not. */
export function importedElement(element: StoredElement, allowed: readonly string[]): ElementType | undefined {
  const narrow = narrower[element];
  if (narrow === undefined) return element as ElementType;
  return usual.includes(element) || allowed.includes(element) ? narrow : undefined;
}

/** The code of an element type. */
export function codeOf(element: StoredElement): number {
  return Number(Object.keys(elements).find(code => elements[Number(code)] === element));
}
