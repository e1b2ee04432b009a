/**
 * The op `dequantize_broadcast`: what `dequantize` is made of, with a scale and a zero point for each element, or broadcast as in NumPy. It
 * is ONNX's DequantizeLinear to the bit: the difference is exact, and its product with the scale is rounded once.
 */
import type { ElementType, TensorType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { heldBounds } from '@tessera-dnn/graph/op';
import { productBounds } from '../define/bounds.ts';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, castTo } from '../define/gradient.ts';
import { asInteger } from '../define/integers.ts';
import { refusedElement } from '../define/problem.ts';
import { badElements, positive, type Simplified } from './levels.ts';

const name = 'dequantize_broadcast';

/** What levels and sums of their products have. */
export const dequantized: readonly ElementType[] = ['i8', 'u8', 'i32'];

export const dequantizeBroadcast = elementwise<Simplified>({
  name,
  doc: {
    summary: '(x - zero) * scale as f32, operands broadcast',
    example: 'model example(x: i8[2, 3], scale: f32[2, 1]) -> f32[2, 3] {\n  dequantize_broadcast(x, scale, 0)\n}\n',
  },
  operands: ['x', 'scale', 'zero'],
  accepts: 'number',
  precise: [1],
  elements: operands => dequantizedElement(name, operands),
  scalar: ([x, scale, zero], _attributes, round) => round(round(asInteger('i32', x - zero)) * scale),
  expression: (k, [x, scale, zero], { centred }) => k.mul(k.convert(centred ? x : k.sub(x, zero)), scale),
  bounds: ([x, scale, zero]) => productBounds(heldBounds([x[0] - zero[1], x[1] - zero[0]], 'i32'), positive(scale)),
  values: [
    [-300, 300],
    [0.05, 2],
    [-100, 100],
  ],
  sampled: pick => {
    const element = pick.one(dequantized);
    return { elements: [element, 'f32', element], args: {} };
  },
  gradient: ({ build, operands: [x, , zero], upstream }) => {
    const { mul, sub } = arithmetic(build);
    const steps = sub(castTo(build, x, 'i32'), castTo(build, zero, 'i32'));
    return [undefined, mul(upstream, castTo(build, steps, 'f32')), undefined];
  },
});

/** f32, if the operands have the element types that dequantising takes. */
export function dequantizedElement(op: string, operands: readonly TensorType[]): 'f32' | Problem {
  if (!dequantized.includes(operands[0].element)) return refusedElement(op, operands, 0, dequantized);
  return badElements(op, operands, operands[0].element) ?? 'f32';
}
