/**
 * The op `in_full`: x itself, which no precision stores in fewer bits, and neither what is computed from it element by element. Gradients without
 * the scale of their loss are smaller than what 16 bits can hold, and so may be what else a program says.
 */
import { elementwise } from '../define/elementwise.ts';

export const inFull = elementwise({
  name: 'in_full',
  doc: {
    summary: 'x, of which a precision keeps every digit, and of what is computed from it element by element',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  in_full(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'any',
  grows: true,
  precise: [0],
  spreads: true,
  scalar: ([x]) => x,
  expression: (_k, [x]) => x,
  gradient: ({ upstream }) => [upstream],
});
