/** Tensors as files hold them: row-major, of any element type that a file format knows, in a typed array of that type. */
import { assertThat } from '@tessera-dnn/diagnostics';

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

/** The element types that files may have. */
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

/** 1 to 8 bytes; an element of type bool takes 1. */
export function bytesPerElement(element: StoredElement): number {
  return constructors[element].BYTES_PER_ELEMENT;
}

/** The product of the extents; `undefined` if it is too large to count exactly. */
export function elementCount(shape: readonly number[]): number | undefined {
  // Extents whose product is too large do not matter beside a 0.
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, extent) => product * extent, 1);
  return Number.isSafeInteger(count) ? count : undefined;
}

/**
 * A tensor over little-endian `bytes`. It shares them where they are aligned (bool is copied: any byte but 0 becomes 1). Throws an
 * `InternalError` if there are not exactly as many as `shape` needs. All hosts that run WebAssembly fast are little-endian, so no
 * byte is swapped.
 */
export function tensorFromBytes(element: StoredElement, shape: readonly number[], bytes: Uint8Array): StoredTensor {
  const size = bytesPerElement(element);
  assertThat(bytes.length === (elementCount(shape) ?? Number.NaN) * size, 'formats', 'bytes do not fill the shape');
  if (element === 'bool') return { element, shape, data: bytes.map(byte => (byte === 0 ? 0 : 1)) };
  // `slice` would not do: that of a Node `Buffer` shares its bytes instead of copying them.
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

/** The type of a tensor as the language writes it: `f32[6, 1, 5, 5]`. */
export function describeType(element: string, shape: readonly number[]): string {
  return `${element}[${shape.join(', ')}]`;
}
