/** The op `and`: logical conjunction. */
import { elementwise } from '../define/elementwise.ts';

export const and = elementwise({
  name: 'and',
  symbol: 'and',
  doc: {
    summary: 'true where both are',
    example: 'model example(x: bool[2, 3], y: bool[3]) -> bool[2, 3] {\n  x and y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'bool',
  scalar: ([x, y]) => (x !== 0 && y !== 0 ? 1 : 0),
  expression: (k, [x, y]) => k.and(x, y),
});
