/** The op `quantize`: floats as levels of 8 bits. It expands to `quantize_broadcast` with scale and zero point in shapes that broadcast. */
import type { TensorType } from '@tessera-dnn/graph';
import type { Arguments, CompositeOp, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { pickElement } from '../define/element-sets.ts';
import { defineOp, type Sample, type Tested } from '../define/op.ts';
import type { Pick } from '../define/pick.ts';
import { wrongCount } from '../define/problem.ts';
import {
  type Along,
  axisParameter,
  badShapes,
  broadcasting,
  type LevelType,
  levelOf,
  levelTypeOf,
  levelTypes,
  mapQuantities,
  quantityParameters,
  readAlong,
  readLevelType,
  typeParameter,
} from './levels.ts';
import { quantizedElement } from './quantize-broadcast.ts';

export type QuantizeAttributes = Along & { readonly element: LevelType };

const op: CompositeOp<QuantizeAttributes> & Tested = {
  kind: 'composite',
  name: 'quantize',
  doc: {
    summary: 'x / scale + zero as the nearest i8 or u8, with single numbers or one for each place along axis',
    example: 'model example(x: f32[2, 3], scale: f32[2]) -> i8[2, 3] {\n  quantize(x, scale, axis: 0)\n}\n',
  },
  parameters: quantizeParameters('quantize'),
  attributes: (args, operands) => readQuantize('quantize', args, operands),
  infer: (operands, attributes) => quantizedType('quantize', operands, attributes),
  evaluate: (operands, attributes) =>
    mapQuantities(operands, attributes, (x, scale, zero) => levelOf(x, scale, zero, attributes.element)),
  expand: (build, operands, attributes) => {
    const { element } = attributes;
    const { scale, zero } = broadcasting(build, operands, attributes, element);
    return build.op('quantize_broadcast', [operands[0], scale, zero], { element });
  },
  samples: quantizeSample,
  accuracy: 'exact',
};

export const quantize = defineOp(op);

/** The parameters of `quantize`, and of what quantises on the way. */
export function quantizeParameters(name: string): CompositeOp['parameters'] {
  return [...quantityParameters(name, levelTypeOf), typeParameter, axisParameter];
}

/** The attributes of a call. */
export function readQuantize(
  name: string,
  args: Arguments,
  operands: readonly TensorType[],
): QuantizeAttributes | Problem {
  const element = readLevelType(name, args);
  if (typeof element !== 'string') return element;
  const along = readAlong(name, args, operands);
  return isProblem(along) ? along : { ...along, element };
}

/** The type of the levels. */
export function quantizedType(
  name: string,
  operands: readonly TensorType[],
  attributes: QuantizeAttributes,
): TensorType | Problem {
  if (operands.length < 2 || operands.length > 3) return wrongCount(name, 'two or three tensors', operands.length);
  const element = quantizedElement(name, operands, attributes.element);
  if (typeof element !== 'string') return element;
  return badShapes(name, operands, attributes) ?? { element, shape: operands[0].shape };
}

/** A random call. */
export function quantizeSample(pick: Pick): Sample {
  const type = pick.one(levelTypes);
  const shape = pick.shape(1, 3);
  const axis = pick.int(-shape.length, shape.length - 1);
  const along = (): readonly number[] => (pick.chance() ? [] : [shape.at(axis) as number]);
  const scale: TensorType = { element: 'f32', shape: along() };
  const zeros: readonly TensorType[] = pick.chance(0.3) ? [] : [{ element: type, shape: along() }];
  return {
    operands: [{ element: pickElement(pick, 'float'), shape }, scale, ...zeros],
    args: { type, axis },
    values: [
      [-40, 40],
      [0.05, 2],
      [-100, 100],
    ],
  };
}
