/** The element types of tensors in the host window. */
import type { ManifestElement } from './manifest.ts';

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
