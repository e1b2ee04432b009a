/** The oracle of the matrix product. */
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount, rowMajorStrides } from '@tessera-dnn/graph';
import type { Round, Tensor } from '@tessera-dnn/graph/op';
import { ofTerms, onTheWay } from '../../define/adding-up.ts';
import { forEachIndex } from '../../define/indices.ts';
import type { MatmulAttributes } from './shapes.ts';
import { matrixAxes } from './shapes.ts';

/** Computes each element as a dot product, from the first term to the last. */
export function evaluateMatmul(
  [a, b]: readonly Tensor[],
  attributes: MatmulAttributes,
  result: TensorType,
  round: Round,
): Float64Array {
  const out = new Float64Array(elementCount(result.shape));
  const partly = onTheWay(result.element, round);
  const term = ofTerms(result.element, round);
  const left = reader(a, 0, attributes);
  const right = reader(b, 1, attributes);
  forEachIndex(result.shape, (index, linear) => {
    const place = [...index];
    const column = b.type.shape.length > 1 ? (place.pop() ?? 0) : 0;
    const row = a.type.shape.length > 1 ? (place.pop() ?? 0) : 0;
    let sum = 0;
    for (let k = 0; k < left.summed; k++) {
      sum = partly(sum + term(left.at(place, row, k) * right.at(place, column, k)));
    }
    out[linear] = round(sum);
  });
  return out;
}

/** Reads an operand by the batch coordinates of the result, an index on its kept axis and one on its summed axis. */
function reader({ type, data }: Tensor, operand: 0 | 1, attributes: MatmulAttributes) {
  const { shape } = type;
  const strides = rowMajorStrides(shape);
  const { kept, summed } = matrixAxes(operand, shape.length, attributes);
  const batch = Math.max(0, shape.length - 2);
  return {
    summed: shape[summed],
    at: (place: readonly number[], index: number, k: number): number => {
      let at = k * strides[summed] + (kept < 0 ? 0 : index * strides[kept]);
      for (let axis = 0; axis < batch; axis++) {
        if (shape[axis] > 1) at += place[place.length - batch + axis] * strides[axis];
      }
      return data[at];
    },
  };
}
