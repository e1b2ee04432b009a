/** The op `add`: x + y. */
import { isInteger } from '@tessera-dnn/graph';
import { elementwise } from '../define/elementwise.ts';
import { asInteger } from '../define/integers.ts';

export const add = elementwise({
  name: 'add',
  symbol: '+',
  doc: {
    summary: 'the sum',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  x + y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  scalar: ([x, y], _attributes, round, [element]) => (isInteger(element) ? asInteger(element, x + y) : round(x + y)),
  expression: (k, [x, y]) => k.add(x, y),
  bounds: ([x, y]) => [x[0] + y[0], x[1] + y[1]],
  gradient: ({ upstream }) => [upstream, upstream],
});
