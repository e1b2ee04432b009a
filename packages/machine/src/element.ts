/** The element types of tensors in the host window: their bytes there, and the typed arrays that hold them in JavaScript. */
import type { ManifestElement } from './manifest.ts';
import { isNarrowFloat, narrowed, widened } from './narrow-floats.ts';

/** Bytes of one element; a `bool` is one byte, 0 or 1. */
export const elementBytes: { readonly [element in ManifestElement]: number } = {
  f32: 4,
  f16: 2,
  bf16: 2,
  i32: 4,
  i8: 1,
  u8: 1,
  bool: 1,
};

/** Bytes of a tensor, contiguous. */
export function tensorBytes(element: ManifestElement, shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, elementBytes[element]);
}

/** Whether elements of this type are floats, of 32 or 16 bits. */
export function isFloat(element: ManifestElement): boolean {
  return element === 'f32' || isNarrowFloat(element);
}

/** The typed array of each element type in JavaScript. Floats of 16 bits are held as the 32-bit floats that they equal. */
export interface ValueArrays {
  readonly f32: Float32Array;
  readonly f16: Float32Array;
  readonly bf16: Float32Array;
  readonly i32: Int32Array;
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly bool: Uint8Array;
}

/** The values of a tensor of one of the element types `E`, row-major. */
export type ElementValues<E extends ManifestElement = ManifestElement> = ValueArrays[E];

/** The constructors of these arrays. */
export const valueArrays = {
  f32: Float32Array,
  f16: Float32Array,
  bf16: Float32Array,
  i32: Int32Array,
  i8: Int8Array,
  u8: Uint8Array,
  bool: Uint8Array,
} as const satisfies { readonly [element in ManifestElement]: unknown };

/** A copy of the `count` elements that lie in `memory` from byte `address`, where they are aligned. */
export function readElements(
  memory: ArrayBuffer,
  element: ManifestElement,
  address: number,
  count: number,
): ElementValues {
  if (isNarrowFloat(element)) return widened(element, new Uint16Array(memory, address, count));
  return new valueArrays[element](memory, address, count).slice();
}

/** Stores `values` in `memory` from byte `address`, where they are aligned. Those of f16 and bf16 are rounded as `narrowed` does. */
export function writeElements(
  memory: ArrayBuffer,
  element: ManifestElement,
  address: number,
  values: ArrayLike<number>,
): void {
  if (isNarrowFloat(element)) new Uint16Array(memory, address, values.length).set(narrowed(element, values));
  else new valueArrays[element](memory, address, values.length).set(values);
}
