/** The oracle of the transposed convolution. */
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount, rowMajorStrides } from '@tessera-dnn/graph';
import type { Round, Tensor } from '@tessera-dnn/graph/op';
import { ofTerms, onTheWay } from '../../define/adding-up.ts';
import { forEachIndex } from '../../define/indices.ts';
import type { ConvTransposeAttributes } from './attributes.ts';

/** Adds the products of every input element to the results they belong to. `x` is `[N, in, …]`, `weight` `[in, out/groups, …]`. */
export function evaluateConvTranspose(
  [x, weight]: readonly Tensor[],
  { stride, padding, dilation, groups }: ConvTransposeAttributes,
  result: TensorType,
  round: Round,
): Float64Array {
  const out = new Float64Array(elementCount(result.shape));
  const partly = onTheWay(result.element, round);
  const term = ofTerms(result.element, round);
  const [inputs, perGroup, ...taps] = weight.type.shape;
  const strides = rowMajorStrides(result.shape);
  forEachIndex(x.type.shape, ([n, i, ...place], from) => {
    const group = Math.floor(i / (inputs / groups));
    forEachIndex([perGroup, ...taps], ([o, ...tap], weightPlace) => {
      let to = n * strides[0] + (group * perGroup + o) * strides[1];
      for (let axis = 0; axis < tap.length; axis++) {
        const at = place[axis] * stride[axis] - padding[axis][0] + tap[axis] * dilation[axis];
        if (at < 0 || at >= result.shape[2 + axis]) return;
        to += at * strides[2 + axis];
      }
      const product = term(x.data[from] * weight.data[i * perGroup * elementCount(taps) + weightPlace]);
      out[to] = partly(out[to] + product);
    });
  });
  return out.map(round);
}
