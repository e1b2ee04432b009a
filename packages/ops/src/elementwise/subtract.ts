/** The op `sub`: x - y. */
import { isInteger } from '@tessera-dnn/graph';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { asInteger } from '../define/integers.ts';

export const subtract = elementwise({
  name: 'sub',
  symbol: '-',
  doc: {
    summary: 'the difference',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  x - y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  scalar: ([x, y], _attributes, round, [element]) => (isInteger(element) ? asInteger(element, x - y) : round(x - y)),
  expression: (k, [x, y]) => k.sub(x, y),
  bounds: ([x, y]) => [x[0] - y[1], x[1] - y[0]],
  gradient: ({ build, upstream }) => {
    const { neg } = arithmetic(build);
    return [upstream, neg(upstream)];
  },
});
