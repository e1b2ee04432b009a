/** The op `rsqrt`: 1 / √x, in two correctly rounded steps. */
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
    // Multiplied from the left, because y³ may be too small or too large for an f32 where its product with `upstream` is not.
    return [mul(mul(mul(mul(upstream, { number: -0.5 }), y), y), y)];
  },
  smooth: [[0.1, 4]],
});
