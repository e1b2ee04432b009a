/** The op `log1p`: the natural logarithm of 1 + x, computed so that it is accurate near 0 too. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, one } from '../define/gradient.ts';
import { log1p as logarithm } from '../math/logarithm.ts';

export const log1p = elementwise({
  name: 'log1p',
  doc: {
    summary: 'the natural logarithm of 1 + x; exact near 0',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  log1p(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(Math.log1p(x)),
  expression: (k, [x]) => logarithm(k, x),
  accuracy: { ulp: 4 },
  values: [[-1, 20]],
  gradient: ({ build, operands: [x], upstream }) => {
    const { add, div } = arithmetic(build);
    return [div(upstream, add(x, one))];
  },
  smooth: [[-0.9, 4]],
});
