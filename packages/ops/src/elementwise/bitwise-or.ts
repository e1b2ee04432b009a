/** The op `bitwise_or`: the bits that either has. */
import { elementwise } from '../define/elementwise.ts';

export const bitwiseOr = elementwise({
  name: 'bitwise_or',
  doc: {
    summary: 'the bits that either has',
    example: 'model example(x: i32[2, 3], y: i32[3]) -> i32[2, 3] {\n  bitwise_or(x, y)\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'integer',
  scalar: ([x, y]) => x | y,
  expression: (k, [x, y]) => k.or(x, y),
});
