/** The op `log`: the natural logarithm. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { log as logarithm } from '../math/logarithm.ts';

export const log = elementwise({
  name: 'log',
  doc: {
    summary: 'the natural logarithm',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  log(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(Math.log(x)),
  expression: (k, [x]) => logarithm(k, x),
  accuracy: { ulp: 2 },
  values: [[0, 20]],
  gradient: ({ build, operands: [x], upstream }) => {
    const { div } = arithmetic(build);
    return [div(upstream, x)];
  },
  smooth: [[0.1, 4]],
});
