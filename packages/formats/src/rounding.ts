/** Rounds floats to 16 bits, and says how much that has changed them. */
import { type NarrowFloat, narrowed, widened } from '@tessera-dnn/machine';

/** The value of a tensor that rounding has changed most, relative to its size. */
export interface Rounding {
  /** Its place in the row-major data. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
  /** 1 where a number is so small that it became 0. */
  readonly relativeError: number;
}

/** The rounded values as 32-bit floats; or the place of the first finite value that would be infinite. */
type Rounded =
  | { readonly data: Float32Array<ArrayBuffer>; readonly rounding?: Rounding }
  | { readonly overflow: number };

/** `values` rounded to the nearest of `element`, of two equally near ones to the even one. */
export function rounded(values: Float32Array | Float64Array, element: NarrowFloat): Rounded {
  const data = widened(element, narrowed(element, values));
  let [index, relativeError] = [-1, 0];
  for (let i = 0; i < data.length; i++) {
    const error = Math.abs(data[i] - values[i]) / Math.abs(values[i]);
    // Of infinity and NaN, which stay what they are, the error is NaN, and so is that of 0.
    if (error > relativeError) [index, relativeError] = [i, error];
    if (error === Number.POSITIVE_INFINITY) return { overflow: i };
  }
  if (index === -1) return { data };
  return { data, rounding: { index, from: values[index], to: data[index], relativeError } };
}

/** The largest finite number of the element type. */
export function largest(element: NarrowFloat | 'f32'): number {
  if (element === 'f32') return (2 - 2 ** -23) * 2 ** 127;
  const infinity = narrowed(element, [Number.POSITIVE_INFINITY]);
  return widened(element, [infinity[0] - 1])[0];
}
