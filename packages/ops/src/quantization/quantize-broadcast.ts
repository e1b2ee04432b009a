/**
 * The op `quantize_broadcast`: what `quantize` is made of, with a scale and a zero point for each element, or broadcast as in NumPy. It is
 * ONNX's QuantizeLinear to the bit. Infinities become the first and the last level; NaN, which ONNX leaves open, the zero point.
 */

import type { TensorType } from '@tessera-dnn/graph';
import { integerRange } from '@tessera-dnn/graph';
import type { Interval, Problem } from '@tessera-dnn/graph/op';
import { elementSets, pickElement } from '../define/element-sets.ts';
import { elementwise } from '../define/elementwise.ts';
import { refusedElement } from '../define/problem.ts';
import {
  badElements,
  type LevelType,
  levelOf,
  levelTypes,
  positive,
  readLevelType,
  type Simplified,
  typeParameter,
} from './levels.ts';

const name = 'quantize_broadcast';

type QuantizeAttributes = Simplified & {
  readonly element: LevelType;
  /** True where a rule knows that the scale is 1: what is given is a number of levels. */
  readonly scaled?: boolean;
  /** True where a rule knows that x is not negative, before it multiplied it by what only users know to be above 0. */
  readonly above?: boolean;
};

export const quantizeBroadcast = elementwise<QuantizeAttributes>({
  name,
  doc: {
    summary: 'x / scale + zero as the nearest level of type, operands broadcast',
    example:
      'model example(x: f32[2, 3], scale: f32[2, 1], zero: i8[]) -> i8[2, 3] {\n  quantize_broadcast(x, scale, zero)\n}\n',
  },
  operands: ['x', 'scale', 'zero'],
  parameters: [typeParameter],
  attributes: args => {
    const element = readLevelType(name, args);
    return typeof element === 'string' ? { element } : element;
  },
  accepts: 'float',
  precise: [1],
  elements: (operands, { element }) => quantizedElement(name, operands, element),
  scalar: ([x, scale, zero], { element }) => levelOf(x, scale, zero, element),
  expression: (k, [x, scale, zero], { element, centred, scaled }) => {
    const [least, most] = integerRange(element);
    const steps = k.level(scaled ? x : k.div(x, scale));
    if (centred) return steps;
    // More steps than there are levels lead out of them wherever the zero point is, and so many cannot wrap.
    const few = k.min(k.max(steps, least - most), most - least);
    return k.add(few, zero);
  },
  bounds: ([x, scale, zero], { above }) => levelBounds(above ? [Math.max(x[0], 0), x[1]] : x, scale, zero),
  values: [
    [-40, 40],
    [0.05, 2],
    [-100, 100],
  ],
  sampled: pick => {
    const type = pick.one(levelTypes);
    return { elements: [pickElement(pick, 'float'), 'f32', type], args: { type } };
  },
});

/** Scales are positive. Rounded outwards, since the quotient is rounded twice; NaN has the level of the zero point. */
function levelBounds([least, greatest]: Interval, scale: Interval, zero: Interval): Interval {
  const [narrow, wide] = positive(scale);
  const low = least === 0 ? 0 : Math.floor(least / (least > 0 ? wide : narrow));
  const high = greatest === 0 ? 0 : Math.ceil(greatest / (greatest > 0 ? narrow : wide));
  return [Math.min(low, 0) + zero[0], Math.max(high, 0) + zero[1]];
}

/** The element type of levels, if the operands have those that quantising takes. */
export function quantizedElement(op: string, operands: readonly TensorType[], element: LevelType): LevelType | Problem {
  const accepted: readonly TensorType['element'][] = elementSets.float;
  if (!accepted.includes(operands[0].element)) return refusedElement(op, operands, 0, accepted);
  return badElements(op, operands, element) ?? element;
}
