/** The op `not`: logical negation. */
import { elementwise } from '../define/elementwise.ts';

export const not = elementwise({
  name: 'not',
  symbol: 'not',
  doc: {
    summary: 'true where x is false',
    example: 'model example(x: bool[2, 3]) -> bool[2, 3] {\n  not x\n}\n',
  },
  operands: ['x'],
  accepts: 'bool',
  scalar: ([x]) => (x === 0 ? 1 : 0),
  expression: (k, [x]) => k.not(x),
});
