/** 1 / √x, in two correctly rounded steps. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';

export const rsqrt = elementwise({
  name: 'rsqrt',
  doc: {
    summary: 'one over the square root',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  rsqrt(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(1 / round(Math.sqrt(x))),
  expression: (k, [x]) => k.div(1, k.sqrt(x)),
  values: [[0, 20]],
  gradient: ({ build, result: y, upstream }) => {
    const { mul } = arithmetic(build);
    // From the left: the cube of a small result would be no number of f32, even where the slope is one.
    return [mul(mul(mul(mul(upstream, { number: -0.5 }), y), y), y)];
  },
  smooth: [[0.1, 4]],
});
