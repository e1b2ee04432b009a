/** The op `straight_through`: one tensor, whose gradient goes to another; for functions such as rounding, whose true derivative is of no use. */
import { elementwise } from '../define/elementwise.ts';

export const straightThrough = elementwise({
  name: 'straight_through',
  doc: {
    summary: 'value; its gradient goes to along instead',
    example:
      'model example(x: f32[2, 3]) -> f32[2, 3] {\n  // Rounded down, with the slope of what was not.\n  straight_through(floor(x), x)\n}\n',
  },
  operands: ['value', 'along'],
  accepts: 'float',
  scalar: ([value]) => value,
  expression: (_k, [value]) => value,
  gradient: ({ upstream }) => [undefined, upstream],
});
