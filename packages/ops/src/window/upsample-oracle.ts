/** The oracle of upsampling. */
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount, rowMajorStrides } from '@tessera-dnn/graph';
import type { Round, Tensor } from '@tessera-dnn/graph/op';
import { ofTerms } from '../define/adding-up.ts';
import { forEachIndex } from '../define/indices.ts';
import type { UpsampleAttributes } from './upsample-attributes.ts';

/** Computes one result at a time, by PyTorch's formula, rounding where that does. */
export function evaluateUpsample(
  [x]: readonly Tensor[],
  { scale, mode }: UpsampleAttributes,
  result: TensorType,
  round: Round,
): Float64Array {
  const out = new Float64Array(elementCount(result.shape));
  const strides = rowMajorStrides(x.type.shape);
  const term = ofTerms(result.element, round);
  forEachIndex(result.shape, ([n, c, ...place], linear) => {
    const corner = n * strides[0] + c * strides[1];
    if (mode === 'nearest') {
      out[linear] = x.data[place.reduce((at, p, i) => at + Math.floor(p / scale[i]) * strides[2 + i], corner)];
      return;
    }
    const axes = place.map((p, i) => centre(p, scale[i], x.type.shape[2 + i]));
    const along = (from: number, axis: number): number => {
      if (axis === axes.length) return x.data[from];
      const { low, high, weight } = axes[axis];
      const a = along(from + low * strides[2 + axis], axis + 1);
      const b = along(from + high * strides[2 + axis], axis + 1);
      return term(term(term(1 - term(weight)) * a) + term(term(weight) * b));
    };
    out[linear] = round(along(corner, 0));
  });
  return out;
}

/**
 * The two elements between whose centres the centre of result `p` lies, and the weight of the second; before the first centre it is all the
 * first element.
 */
function centre(p: number, scale: number, extent: number): { low: number; high: number; weight: number } {
  // The position in units of 1 / (2 · scale), in which it is a whole number.
  const at = Math.max(0, 2 * p + 1 - scale);
  const low = Math.floor(at / (2 * scale));
  return { low, high: Math.min(low + 1, extent - 1), weight: (at - low * 2 * scale) / (2 * scale) };
}
