/** The op `mean`: the mean over axes. It expands to a sum and a division, so that all rules and kernels for sums apply to it. */

import type { TensorType } from '@tessera-dnn/graph';
import { isFloat, isInteger } from '@tessera-dnn/graph';
import type { CompositeOp } from '@tessera-dnn/graph/op';
import { ofTerms } from '../define/adding-up.ts';
import { elementSets } from '../define/element-sets.ts';
import { castTo } from '../define/gradient.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { refusedElement, wrongCount } from '../define/problem.ts';
import { readReduction, reducedElement, reductionParameters, reductionSample } from './reduce.ts';
import { forEachRow, type ReductionAxes, reducedShape } from './space.ts';

const composite: CompositeOp<ReductionAxes> & Tested = {
  kind: 'composite',
  name: 'mean',
  doc: {
    summary: 'the mean over axes',
    example: 'model example(x: f32[2, 3]) -> f32[2] {\n  mean(x, axis: 1)\n}\n',
  },
  parameters: reductionParameters,
  attributes: (args, operands) => readReduction('mean', args, operands),
  infer: (operands, attributes) => {
    if (operands.length !== 1) return wrongCount('mean', 'one tensor', operands.length);
    if (isInteger(operands[0].element)) return refusedElement('mean', operands, 0, [...elementSets.float, 'bool']);
    const element = reducedElement({ name: 'mean', combine: 'add', takesBool: true }, operands);
    return typeof element === 'string' ? { element, shape: reducedShape(attributes, operands[0]) } : element;
  },
  evaluate: ([x], attributes, result, round) => {
    const out = new Float64Array(result.shape.reduce((product, extent) => product * extent, 1));
    forEachRow(attributes, x.type, (at, row) => {
      out[at] = round(ofTerms(result.element, round)(row.reduce((sum, i) => sum + x.data[i], 0)) / row.length);
    });
    return out;
  },
  expand: (build, [x], attributes) => {
    const { element } = build.type(x);
    // A sum of many numbers may be too large for 16 bits, where the mean is not.
    const sum = build.op('sum', [isFloat(element) ? castTo(build, x, 'f32') : x], attributes);
    const count = rowLength(attributes, build.type(x));
    const quotient = build.op('div', [sum, build.constant({ element: 'f32', shape: [] }, count)]);
    return isFloat(element) ? castTo(build, quotient, element) : quotient;
  },
  samples: pick => reductionSample(pick, pick.chance(0.2) ? 'bool' : 'float'),
  accuracy: 'sum',
};

export const mean = defineOp(composite);

function rowLength({ axes }: ReductionAxes, { shape }: TensorType): number {
  return axes.reduce((product, axis) => product * shape[axis], 1);
}
