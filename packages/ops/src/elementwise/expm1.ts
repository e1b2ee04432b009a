/** eˣ - 1, which keeps its digits near 0. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { expm1 as exponential } from '../math/exponential.ts';

export const expm1 = elementwise({
  name: 'expm1',
  doc: {
    summary: 'e to the power of x, minus 1; exact near 0',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  expm1(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(Math.expm1(x)),
  expression: (k, [x]) => exponential(k, x),
  accuracy: { ulp: 4 },
  values: [[-20, 20]],
  // Far below 0 the result is -1, and has nothing left of the slope.
  gradient: ({ build, operands: [x], upstream }) => {
    const { mul, apply } = arithmetic(build);
    return [mul(upstream, apply('exp', x))];
  },
});
