/** The op `mul`: x · y. */
import { isInteger } from '@tessera-dnn/graph';
import { productBounds } from '../define/bounds.ts';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { asInteger } from '../define/integers.ts';

export const multiply = elementwise({
  name: 'mul',
  symbol: '*',
  doc: {
    summary: 'the product',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  x * y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  scalar: ([x, y], _attributes, round, [element]) =>
    isInteger(element) ? asInteger(element, Math.imul(x, y)) : round(x * y),
  expression: (k, [x, y]) => k.mul(x, y),
  bounds: ([x, y]) => productBounds(x, y),
  gradient: ({ build, operands: [x, y], upstream }) => {
    const { mul } = arithmetic(build);
    return [mul(upstream, y), mul(upstream, x)];
  },
});
