/** The oracle of the convolution. */
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount, rowMajorStrides } from '@tessera-dnn/graph';
import type { Round, Tensor } from '@tessera-dnn/graph/op';
import { ofTerms, onTheWay } from '../../define/adding-up.ts';
import { forEachIndex } from '../../define/indices.ts';
import type { ConvAttributes } from './convolution.ts';

/** Computes the definition (see `conv.ts`) with one loop for each axis. */
export function evaluateConv(
  [x, weight]: readonly Tensor[],
  { stride, padding, dilation, groups }: ConvAttributes,
  result: TensorType,
  round: Round,
): Float64Array {
  const out = new Float64Array(elementCount(result.shape));
  const partly = onTheWay(result.element, round);
  const term = ofTerms(result.element, round);
  const [outputs, inner, ...taps] = weight.type.shape;
  const xStrides = rowMajorStrides(x.type.shape);
  const weightStrides = rowMajorStrides(weight.type.shape);
  forEachIndex(result.shape, ([n, o, ...place], linear) => {
    const group = Math.floor(o / (outputs / groups));
    let sum = 0;
    forEachIndex([inner, ...taps], ([i, ...tap]) => {
      let from = n * xStrides[0] + (group * inner + i) * xStrides[1];
      let with_ = o * weightStrides[0] + i * weightStrides[1];
      for (let axis = 0; axis < tap.length; axis++) {
        const at = place[axis] * stride[axis] - padding[axis][0] + tap[axis] * dilation[axis];
        if (at < 0 || at >= x.type.shape[2 + axis]) return;
        from += at * xStrides[2 + axis];
        with_ += tap[axis] * weightStrides[2 + axis];
      }
      sum = partly(sum + term(x.data[from] * weight.data[with_]));
    });
    out[linear] = round(sum);
  });
  return out;
}
