/** The op `stop_gradient`: x itself, but no gradient flows back through it. */
import { elementwise } from '../define/elementwise.ts';

export const stopGradient = elementwise({
  name: 'stop_gradient',
  doc: {
    summary: 'x, as a constant to any gradient',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  stop_gradient(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'any',
  scalar: ([x]) => x,
  expression: (_k, [x]) => x,
  gradient: 'zero',
});
