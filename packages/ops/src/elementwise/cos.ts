/** The op `cos`: the cosine of an angle in radians, of any size. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { cos as cosine } from '../math/trigonometry.ts';

export const cos = elementwise({
  name: 'cos',
  doc: {
    summary: 'the cosine of x radians',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  cos(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(Math.cos(x)),
  expression: (k, [x]) => cosine(k, x),
  accuracy: { ulp: 4 },
  values: [[-5000, 5000]],
  gradient: ({ build, operands: [x], upstream }) => {
    const { mul, neg, apply } = arithmetic(build);
    return [neg(mul(upstream, apply('sin', x)))];
  },
});
