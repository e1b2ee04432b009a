/** Which contractions multiply bytes in fours, and how. */
import type { TensorType } from '@tessera-dnn/graph';
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { OpContext } from '@tessera-dnn/graph/op';
import type { ByteProducts } from '../plane/products.ts';
import { operandBounds } from './bounds.ts';

/** Whether there are kernels for bytes of these element types: if they are bytes, and not both u8. */
export function multipliesBytes([x, weight]: readonly TensorType[]): boolean {
  return (
    [x, weight].every(({ element }) => element === 'i8' || element === 'u8') &&
    (x.element === 'i8' || weight.element === 'i8')
  );
}

/**
 * How the bytes of a contraction are multiplied that `multipliesBytes`. If both sides have signs, those of either can be cut into digits:
 * `signed` says whose are better left as they are.
 */
export function byteProducts(
  { fused }: KernelBuilder,
  context: OpContext,
  signed: ByteProducts['signed'],
): ByteProducts {
  const [x, weight] = context.operands.map(({ element }) => element);
  const below128 = [0, 1].map(i => {
    const [least, most] = operandBounds(context, i);
    return least >= 0 && most < 128;
  });
  if (x === 'i8' && weight === 'i8' && !fused) return { signed: 'pixels', highest: 0 };
  if (weight === 'i8' && below128[0]) return { signed: 'columns', highest: 0 };
  if (x === 'i8' && below128[1]) return { signed: 'pixels', highest: 0 };
  if (x === 'i8' && weight === 'i8') return { signed, highest: -128 };
  if (x === 'i8') return { signed: 'pixels', highest: 128 };
  return { signed: 'columns', highest: 128 };
}
