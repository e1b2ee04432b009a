/** The op `tanh`: the hyperbolic tangent. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, one } from '../define/gradient.ts';
import { tanh as hyperbolicTangent } from '../math/sigmoid.ts';

export const tanh = elementwise({
  name: 'tanh',
  doc: {
    summary: 'the hyperbolic tangent',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  tanh(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(Math.tanh(x)),
  expression: (k, [x]) => hyperbolicTangent(k, x),
  accuracy: { ulp: 4 },
  bounds: () => [-1, 1],
  gradient: ({ build, result: y, upstream }) => {
    const { mul, sub } = arithmetic(build);
    return [mul(upstream, sub(one, mul(y, y)))];
  },
});
