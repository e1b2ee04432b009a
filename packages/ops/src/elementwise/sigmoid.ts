/** The op `sigmoid`: the logistic function 1 / (1 + e⁻ˣ). */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, one } from '../define/gradient.ts';
import { sigmoid as logistic } from '../math/sigmoid.ts';

export const sigmoid = elementwise({
  name: 'sigmoid',
  doc: {
    summary: 'the logistic function 1 / (1 + exp(-x))',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  sigmoid(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(1 / (1 + Math.exp(-x))),
  expression: (k, [x]) => logistic(k, x),
  accuracy: { ulp: 4 },
  values: [[-20, 20]],
  bounds: () => [0, 1],
  gradient: ({ build, result: y, upstream }) => {
    const { mul, sub } = arithmetic(build);
    return [mul(upstream, mul(y, sub(one, y)))];
  },
});
