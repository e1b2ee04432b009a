/** The op `eq`: x == y; NaN is equal to nothing. */
import { elementwise } from '../define/elementwise.ts';
import { isTruth } from '../define/truth.ts';

export const equal = elementwise({
  name: 'eq',
  symbol: '==',
  doc: {
    summary: 'true where x equals y',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> bool[2, 3] {\n  x == y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'any',
  result: 'bool',
  scalar: ([x, y]) => (x === y ? 1 : 0),
  expression: (k, [x, y]) => (isTruth(x) ? k.not(k.xor(x, y)) : k.eq(x, y)),
});
