/** The op `sqrt`: the square root, correctly rounded; NaN below 0. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';

export const sqrt = elementwise({
  name: 'sqrt',
  doc: {
    summary: 'the square root',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  sqrt(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(Math.sqrt(x)),
  expression: (k, [x]) => k.sqrt(x),
  values: [[0, 20]],
  gradient: ({ build, result, upstream }) => {
    const { mul, div } = arithmetic(build);
    return [div(mul(upstream, { number: 0.5 }), result)];
  },
  smooth: [[0.1, 4]],
});
