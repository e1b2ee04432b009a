/** Goes through the windows of a pool, for the oracles. */

import { rowMajorStrides } from '@tessera-dnn/graph';
import type { Tensor } from '@tessera-dnn/graph/op';
import { forEachIndex } from '../define/indices.ts';
import type { PoolAttributes } from './pool.ts';

/** Calls `visit` with the elements of the input in the window of the result at `index`, in row-major order; padding is left out. */
export function forEachInWindow(
  { type, data }: Tensor,
  { kernel, stride, padding }: PoolAttributes,
  index: readonly number[],
  visit: (value: number) => void,
): void {
  const strides = rowMajorStrides(type.shape);
  const corner = index[0] * strides[0] + index[1] * strides[1];
  forEachIndex(kernel, tap => {
    let at = corner;
    for (let axis = 0; axis < tap.length; axis++) {
      const place = index[2 + axis] * stride[axis] - padding[axis][0] + tap[axis];
      if (place < 0 || place >= type.shape[2 + axis]) return;
      at += place * strides[2 + axis];
    }
    visit(data[at]);
  });
}
