/** Makes row-major tensors of what a pickle describes: elements of a storage, at an offset and by strides. */
import { bytesPerElement, describeType, elementCount, type StoredTensor, tensorFromBytes } from '../stored-tensor.ts';
import { gathered, swapBytes } from '../strided.ts';
import type { Contents } from './contents.ts';
import { elementOf, type TorchTensor } from './values.ts';

/** The tensor; `undefined` if its elements are of a type that is not known here; or what is wrong, as the end of a sentence about it. */
export function tensorIn({ bytesOf, isBigEndian }: Contents, tensor: TorchTensor): StoredTensor | string | undefined {
  const { storage, dtype, offset, shape, strides } = tensor;
  const element = Object.hasOwn(elementOf, dtype) ? elementOf[dtype] : undefined;
  if (!element) return undefined;
  const bytes = bytesOf(storage);
  if (typeof bytes === 'string') return bytes;
  const size = bytesPerElement(element);
  const count = elementCount(shape) ?? Number.POSITIVE_INFINITY;
  const farthest = shape.reduce((sum, extent, axis) => sum + (extent - 1) * strides[axis], offset);
  if (count > 0 && (farthest + 1) * size > bytes.length) {
    return `is ${describeType(element, shape)}, which needs more than the ${bytes.length} bytes that are stored for it`;
  }
  if (count === 0) return tensorFromBytes(element, shape, new Uint8Array(0));
  const isRowMajor = shape.every((extent, axis) => extent === 1 || strides[axis] === rowMajorStride(shape, axis));
  const begin = offset * size;
  const rowMajor = isRowMajor
    ? bytes.subarray(begin, begin + count * size)
    : gathered(bytes, size, shape, strides, offset);
  return tensorFromBytes(element, shape, isBigEndian ? swapBytes(rowMajor, size) : rowMajor);
}

/** How many bytes the tensor takes at most; beyond any memory if its extents are. */
export function tensorBytes({ shape }: TorchTensor): number {
  return 8 * (elementCount(shape) ?? Number.POSITIVE_INFINITY);
}

function rowMajorStride(shape: readonly number[], axis: number): number {
  return shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
}
