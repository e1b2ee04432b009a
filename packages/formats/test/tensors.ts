/** Random tensors of every element type. */
import fc from 'fast-check';
import type { StoredElement, StoredTensor } from '../src/index.ts';
import { bytesPerElement, elementCount, tensorFromBytes } from '../src/stored-tensor.ts';

export const elements: readonly StoredElement[] = [
  'f64',
  'f32',
  'f16',
  'bf16',
  'i64',
  'u64',
  'i32',
  'u32',
  'i16',
  'u16',
  'i8',
  'u8',
  'bool',
];

export function tensors<E extends StoredElement>(of: readonly E[]): fc.Arbitrary<StoredTensor<E>> {
  return fc
    .record({ element: fc.constantFrom(...of), shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }) })
    .chain(({ element, shape }) => {
      const size = (elementCount(shape) ?? 0) * bytesPerElement(element);
      return fc
        .uint8Array({ minLength: size, maxLength: size })
        .map(bytes => tensorFromBytes(element, shape, bytes) as StoredTensor<E>);
    });
}

/** The bits of a tensor, so that two NaNs are equal if their bits are. */
export function bits(tensor: StoredTensor): unknown {
  const { data, element, shape } = tensor;
  return { element, shape, bytes: [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] };
}
