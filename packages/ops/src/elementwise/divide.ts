/** The op `div`: x / y. For integers it is ⌊x / y⌋, as for the numbers of the language, and 0 where y is 0. */

import { isInteger } from '@tessera-dnn/graph';
import { scalarOf } from '@tessera-dnn/graph/kernel';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { asInteger, floorDivide } from '../define/integers.ts';
import { floorDivision } from '../math/division.ts';

export const divide = elementwise({
  name: 'div',
  symbol: '/',
  doc: {
    summary: 'the quotient; of integers its floor',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  x / y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  scalar: ([x, y], _attributes, round, [element]) =>
    isInteger(element) ? asInteger(element, floorDivide(x, y)) : round(x / y),
  expression: (k, [x, y]) => (scalarOf(x.type) === 'i32' ? floorDivision(k, x, y) : k.div(x, y)),
  gradient: ({ build, operands: [, y], result, upstream }) => {
    const { mul, div, neg } = arithmetic(build);
    return [div(upstream, y), neg(div(mul(upstream, result), y))];
  },
  smooth: [undefined, [0.5, 3]],
});
