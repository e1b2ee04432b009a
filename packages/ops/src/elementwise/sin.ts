/** The op `sin`: the sine of an angle in radians, of any size. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { sin as sine } from '../math/trigonometry.ts';

export const sin = elementwise({
  name: 'sin',
  doc: {
    summary: 'the sine of x radians',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  sin(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(Math.sin(x)),
  expression: (k, [x]) => sine(k, x),
  accuracy: { ulp: 4 },
  values: [[-5000, 5000]],
  gradient: ({ build, operands: [x], upstream }) => {
    const { mul, apply } = arithmetic(build);
    return [mul(upstream, apply('cos', x))];
  },
});
