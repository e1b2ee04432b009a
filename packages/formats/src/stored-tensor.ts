/** Tensors as files hold them: every element type a file format knows, row-major, in the typed array that fits. */
import { assertThat } from '@tessera/diagnostics';

/** The typed array of each element type. `f16` and `bf16` are kept as their 16 bits; `bool` as bytes that are 0 or 1. */
export interface StoredArrays {
  f64: Float64Array;
  f32: Float32Array;
  f16: Uint16Array;
  bf16: Uint16Array;
  i64: BigInt64Array;
  u64: BigUint64Array;
  i32: Int32Array;
  u32: Uint32Array;
  i16: Int16Array;
  u16: Uint16Array;
  i8: Int8Array;
  u8: Uint8Array;
  bool: Uint8Array;
}

export type StoredElement = keyof StoredArrays;

/** A tensor of one of the element types `E`; the element says which array `data` is. `data` may be a view of the file's bytes. */
export type StoredTensor<E extends StoredElement = StoredElement> = {
  [K in E]: { readonly element: K; readonly shape: readonly number[]; readonly data: StoredArrays[K] };
}[E];

const constructors = {
  f64: Float64Array,
  f32: Float32Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  i32: Int32Array,
  u32: Uint32Array,
  i16: Int16Array,
  u16: Uint16Array,
  i8: Int8Array,
  u8: Uint8Array,
  bool: Uint8Array,
} as const;

export function bytesPerElement(element: StoredElement): number {
  return constructors[element].BYTES_PER_ELEMENT;
}

/** The product of the extents; `undefined` if it is too large to count exactly. */
export function elementCount(shape: readonly number[]): number | undefined {
  // A zero extent makes the product zero however large the others are.
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, extent) => product * extent, 1);
  return Number.isSafeInteger(count) ? count : undefined;
}

/**
 * A tensor over little-endian `bytes`, which must be exactly as many as `shape` needs. Shares them where they are aligned; all hosts
 * that run WebAssembly fast are little-endian, so no byte is swapped.
 */
export function tensorFromBytes(element: StoredElement, shape: readonly number[], bytes: Uint8Array): StoredTensor {
  const size = bytesPerElement(element);
  assertThat(bytes.length === (elementCount(shape) ?? Number.NaN) * size, 'formats', 'bytes do not fill the shape');
  if (element === 'bool') return { element, shape, data: bytes.map(byte => (byte === 0 ? 0 : 1)) };
  // A copy, whatever kind of array it is: the `slice` of a Node `Buffer` would share.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const data = new constructors[element](aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length / size);
  return { element, shape, data } as StoredTensor;
}

/** The little-endian bytes of a tensor, shared with it. Throws an `InternalError` if its data does not fill its shape. */
export function bytesOf(tensor: StoredTensor): Uint8Array {
  const { data, shape, element } = tensor;
  const fills = data.length === elementCount(shape);
  assertThat(fills, 'formats', `${data.length} elements do not fill ${describeType(element, shape)}`);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** `f32[6, 1, 5, 5]`. */
export function describeType(element: string, shape: readonly number[]): string {
  return `${element}[${shape.join(', ')}]`;
}
