/** The op `ge`: x >= y; false if either is NaN. */
import { elementwise } from '../define/elementwise.ts';

export const greaterEqual = elementwise({
  name: 'ge',
  symbol: '>=',
  doc: {
    summary: 'true where x is at least y',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> bool[2, 3] {\n  x >= y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  result: 'bool',
  scalar: ([x, y]) => (x >= y ? 1 : 0),
  expression: (k, [x, y]) => k.ge(x, y),
});
