/** The op `exp`: the exponential function. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { exp as exponential } from '../math/exponential.ts';

export const exp = elementwise({
  name: 'exp',
  doc: {
    summary: 'e to the power of x',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  exp(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  grows: true,
  scalar: ([x], _attributes, round) => round(Math.exp(x)),
  expression: (k, [x]) => exponential(k, x),
  accuracy: { ulp: 2 },
  values: [[-20, 20]],
  gradient: ({ build, result, upstream }) => {
    const { mul } = arithmetic(build);
    return [mul(upstream, result)];
  },
});
