/**
 * The op `fake_quantize`: the nearest number that has a level, so that a network learns to live with 8 bits. Its gradient passes to x where x
 * lies between the first and the last of these numbers, both included, and is 0 outside; scale and zero point get none.
 */
import { integerRange, type ValueId } from '@tessera-dnn/graph';
import type { CompositeOp, Expander } from '@tessera-dnn/graph/op';
import { arithmetic, castTo, scalar } from '../define/gradient.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { broadcasting, type LevelType, levelOf, mapQuantities } from './levels.ts';
import {
  type QuantizeAttributes,
  quantizedType,
  quantizeParameters,
  quantizeSample,
  readQuantize,
} from './quantize.ts';

const name = 'fake_quantize';

const op: CompositeOp<QuantizeAttributes> & Tested = {
  kind: 'composite',
  name,
  doc: {
    summary: 'x as quantize and dequantize leave it; its gradient goes to x where that is not cut off',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  fake_quantize(x, 0.1, type: u8)\n}\n',
  },
  parameters: quantizeParameters(name),
  attributes: (args, operands) => readQuantize(name, args, operands),
  infer: (operands, attributes) => {
    const levels = quantizedType(name, operands, attributes);
    return 'shape' in levels ? operands[0] : levels;
  },
  evaluate: (operands, attributes, _result, round) =>
    mapQuantities(operands, attributes, (x, scale, zero) =>
      round(Math.fround((levelOf(x, scale, zero, attributes.element) - zero) * scale)),
    ),
  expand: (build, operands, attributes) => {
    const { element: type } = attributes;
    const [x] = operands;
    const { scale: given, zero } = broadcasting(build, operands, attributes, type);
    const scale = build.op('stop_gradient', [given]);
    const levels = build.op('quantize_broadcast', [x, scale, zero], { element: type });
    const value = build.op('dequantize_broadcast', [levels, scale, zero]);
    const cut = cutOff(build, castTo(build, x, 'f32'), { scale, zero, type });
    return castTo(build, build.op('straight_through', [value, cut]), build.type(x).element);
  },
  samples: quantizeSample,
  accuracy: 'exact',
};

export const fakeQuantize = defineOp(op);

/** What levels stand for. */
interface Levels {
  readonly scale: ValueId;
  readonly zero: ValueId;
  readonly type: LevelType;
}

/** x, or the nearest end of the numbers that have a level. */
function cutOff(build: Expander, x: ValueId, { scale, zero, type }: Levels): ValueId {
  const { mul, sub } = arithmetic(build);
  const whole = castTo(build, zero, 'i32');
  const [first, last] = integerRange(type).map(level =>
    mul(castTo(build, sub(scalar(build, 'i32', level), whole), 'f32'), scale),
  );
  return build.op('minimum', [build.op('maximum', [x, first]), last]);
}
