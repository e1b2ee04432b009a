/** The op `expm1`: eˣ - 1, computed so that it is accurate near 0 too. */
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
  grows: true,
  scalar: ([x], _attributes, round) => round(Math.expm1(x)),
  expression: (k, [x]) => exponential(k, x),
  accuracy: { ulp: 4 },
  values: [[-20, 20]],
  // The derivative is computed from x, since the result is -1 for very negative x, and eˣ cannot be found from that.
  gradient: ({ build, operands: [x], upstream }) => {
    const { mul, apply } = arithmetic(build);
    return [mul(upstream, apply('exp', x))];
  },
});
