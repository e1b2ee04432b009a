/**
 * The op `rescale`: x · factor + shift as f32, of floats or of whole numbers. Rules make it of what is multiplied and added before numbers
 * are quantised; in fast math both are one instruction.
 */
import type { ElementType, TensorType } from '@tessera-dnn/graph';
import { isInteger } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { productBounds } from '../define/bounds.ts';
import { elementSets, pickElement } from '../define/element-sets.ts';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, castTo } from '../define/gradient.ts';
import { refusedElement, wrongElement } from '../define/problem.ts';

const name = 'rescale';

export const rescale = elementwise({
  name,
  doc: {
    summary: 'x * factor + shift as f32, operands broadcast',
    example:
      'model example(x: i32[2, 3], factor: f32[2, 1], shift: f32[2, 1]) -> f32[2, 3] {\n  rescale(x, factor, shift)\n}\n',
  },
  operands: ['x', 'factor', 'shift'],
  accepts: 'number',
  precise: [1, 2],
  elements: rescaledElement,
  scalar: ([x, factor, shift], _attributes, round) => round(round(round(x) * factor) + shift),
  expression: (k, [x, factor, shift], _attributes, [element]) =>
    k.fma(isInteger(element) ? k.convert(x) : x, factor, shift),
  bounds: ([x, factor, shift]) => {
    const [least, greatest] = productBounds(x, factor);
    return [least + shift[0], greatest + shift[1]];
  },
  gradient: ({ build, operands: [x, factor], upstream }) => {
    const { mul } = arithmetic(build);
    const { element } = build.type(x);
    const slope = isInteger(element) ? undefined : castTo(build, mul(upstream, factor), element);
    return [slope, mul(upstream, castTo(build, x, 'f32')), upstream];
  },
  accuracy: 'sum',
  sampled: pick => ({ elements: [pickElement(pick, 'number'), 'f32', 'f32'], args: {} }),
});

function rescaledElement(operands: readonly TensorType[]): ElementType | Problem {
  const accepted: readonly ElementType[] = elementSets.number;
  if (!accepted.includes(operands[0].element)) return refusedElement(name, operands, 0, accepted);
  for (const [operand, what] of [
    [1, 'factor'],
    [2, 'shift'],
  ] as const) {
    if (operands[operand].element !== 'f32') return wrongElement(`${what} of ${name}`, operands, operand, 'f32');
  }
  return 'f32';
}
