/** The oracle of `conv_weight_gradient`. */
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount, rowMajorStrides } from '@tessera-dnn/graph';
import type { Round, Tensor } from '@tessera-dnn/graph/op';
import { ofTerms, onTheWay } from '../../define/adding-up.ts';
import { forEachIndex } from '../../define/indices.ts';
import type { WeightGradientAttributes } from './axes.ts';

/** Adds the products of every slope with the elements of its window to the weights they belong to. */
export function evaluateWeightGradient(
  [x, slopes]: readonly Tensor[],
  { stride, padding, dilation, groups }: WeightGradientAttributes,
  result: TensorType,
  round: Round,
): Float64Array {
  const out = new Float64Array(elementCount(result.shape));
  const partly = onTheWay(result.element, round);
  const term = ofTerms(result.element, round);
  const [outputs, inner, ...taps] = result.shape;
  const xStrides = rowMajorStrides(x.type.shape);
  forEachIndex(slopes.type.shape, ([n, o, ...place], linear) => {
    const group = Math.floor(o / (outputs / groups));
    forEachIndex([inner, ...taps], ([i, ...tap], weight) => {
      let from = n * xStrides[0] + (group * inner + i) * xStrides[1];
      for (let axis = 0; axis < tap.length; axis++) {
        const at = place[axis] * stride[axis] - padding[axis][0] + tap[axis] * dilation[axis];
        if (at < 0 || at >= x.type.shape[2 + axis]) return;
        from += at * xStrides[2 + axis];
      }
      const to = o * inner * elementCount(taps) + weight;
      out[to] = partly(out[to] + term(slopes.data[linear] * x.data[from]));
    });
  });
  return out.map(round);
}
