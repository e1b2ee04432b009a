/** x / (1 + |x|), a sigmoid without exponentials. */
import { elementwise } from '../../src/define/elementwise.ts';

export const softsign = elementwise({
  name: 'softsign',
  doc: {
    summary: 'x / (1 + |x|)',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  softsign(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(x / round(1 + Math.abs(x))),
  expression: (k, [x]) => k.div(x, k.add(k.abs(x), 1)),
});
