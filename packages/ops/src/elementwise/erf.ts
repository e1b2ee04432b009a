/** The op `erf`: the error function. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { erf as oracle } from '../math/erf-oracle.ts';
import { erf as errorFunction } from '../math/error-function.ts';

export const erf = elementwise({
  name: 'erf',
  doc: {
    summary: 'the error function',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  erf(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(oracle(x)),
  expression: (k, [x]) => errorFunction(k, x),
  accuracy: { ulp: 4 },
  gradient: ({ build, operands: [x], upstream }) => {
    const { mul, neg, apply } = arithmetic(build);
    return [mul(upstream, mul(apply('exp', neg(mul(x, x))), { number: 2 / Math.sqrt(Math.PI) }))];
  },
});
