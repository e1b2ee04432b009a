/** The op `bitwise_xor`: the bits that one of both has. */
import { elementwise } from '../define/elementwise.ts';

export const bitwiseXor = elementwise({
  name: 'bitwise_xor',
  doc: {
    summary: 'the bits that one of both has',
    example: 'model example(x: i32[2, 3], y: i32[3]) -> i32[2, 3] {\n  bitwise_xor(x, y)\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'integer',
  scalar: ([x, y]) => x ^ y,
  expression: (k, [x, y]) => k.xor(x, y),
});
