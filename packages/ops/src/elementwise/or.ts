/** The op `or`: logical disjunction. */
import { elementwise } from '../define/elementwise.ts';

export const or = elementwise({
  name: 'or',
  symbol: 'or',
  doc: {
    summary: 'true where either is',
    example: 'model example(x: bool[2, 3], y: bool[3]) -> bool[2, 3] {\n  x or y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'bool',
  scalar: ([x, y]) => (x !== 0 || y !== 0 ? 1 : 0),
  expression: (k, [x, y]) => k.or(x, y),
});
