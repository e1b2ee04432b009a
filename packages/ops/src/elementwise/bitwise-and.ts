/** The op `bitwise_and`: the bits that both have. */
import { elementwise } from '../define/elementwise.ts';

export const bitwiseAnd = elementwise({
  name: 'bitwise_and',
  doc: {
    summary: 'the bits that both have',
    example: 'model example(x: i32[2, 3], y: i32[3]) -> i32[2, 3] {\n  bitwise_and(x, y)\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'integer',
  scalar: ([x, y]) => x & y,
  expression: (k, [x, y]) => k.and(x, y),
});
