/** The op `dequantize`: the numbers for which levels stand. It expands to `dequantize_broadcast`, as `quantize` does to its like. */
import type { TensorType } from '@tessera-dnn/graph';
import type { CompositeOp } from '@tessera-dnn/graph/op';
import { asInteger } from '../define/integers.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { wrongCount } from '../define/problem.ts';
import { dequantized, dequantizedElement } from './dequantize-broadcast.ts';
import {
  type Along,
  axisParameter,
  badShapes,
  broadcasting,
  mapQuantities,
  quantityParameters,
  readAlong,
} from './levels.ts';

const name = 'dequantize';

const op: CompositeOp<Along> & Tested = {
  kind: 'composite',
  name,
  doc: {
    summary: '(x - zero) * scale as f32, with single numbers or one for each place along axis',
    example: 'model example(x: i8[2, 3], scale: f32[2]) -> f32[2, 3] {\n  dequantize(x, scale, axis: 0)\n}\n',
  },
  parameters: [...quantityParameters(name), axisParameter],
  attributes: (args, operands) => readAlong(name, args, operands),
  infer: (operands, along) => {
    if (operands.length < 2 || operands.length > 3) return wrongCount(name, 'two or three tensors', operands.length);
    const element = dequantizedElement(name, operands);
    if (typeof element !== 'string') return element;
    return badShapes(name, operands, along) ?? { element, shape: operands[0].shape };
  },
  evaluate: (operands, along, _result, round) =>
    mapQuantities(operands, along, (x, scale, zero) => round(round(asInteger('i32', x - zero)) * scale)),
  expand: (build, operands, along) => {
    const [x] = operands;
    const { scale, zero } = broadcasting(build, operands, along, build.type(x).element);
    return build.op('dequantize_broadcast', [x, scale, zero]);
  },
  samples: pick => {
    const element = pick.one(dequantized);
    const shape = pick.shape(1, 3);
    const axis = pick.int(-shape.length, shape.length - 1);
    const along = (): readonly number[] => (pick.chance() ? [] : [shape.at(axis) as number]);
    const zeros: readonly TensorType[] = pick.chance(0.3) ? [] : [{ element, shape: along() }];
    const values = [
      [-300, 300],
      [0.05, 2],
      [-100, 100],
    ] as const;
    return { operands: [{ element, shape }, { element: 'f32', shape: along() }, ...zeros], args: { axis }, values };
  },
  accuracy: 'exact',
};

export const dequantize = defineOp(op);
