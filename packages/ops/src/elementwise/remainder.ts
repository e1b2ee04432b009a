/** The op `rem`: x - y·⌊x / y⌋: the exact remainder with the sign of y; for integers 0 where y is 0. */

import { isInteger } from '@tessera-dnn/graph';
import { scalarOf } from '@tessera-dnn/graph/kernel';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { asInteger, floorRemainder } from '../define/integers.ts';
import { integerRemainder } from '../math/division.ts';
import { floatRemainder } from '../math/remainder.ts';

export const remainder = elementwise({
  name: 'rem',
  symbol: '%',
  doc: {
    summary: 'the remainder, with the sign of y',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  x % y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  scalar: ([x, y], _attributes, round, [element]) =>
    isInteger(element) ? asInteger(element, floorRemainder(x, y)) : round(signedRemainder(x, y)),
  expression: (k, [x, y]) => (scalarOf(x.type) === 'i32' ? integerRemainder(k, x, y) : floatRemainder(k, x, y)),
  gradient: ({ build, operands: [x, y], upstream }) => {
    const { mul, div, neg, apply } = arithmetic(build);
    return [upstream, neg(mul(upstream, apply('floor', div(x, y))))];
  },
  smooth: [undefined, [0.5, 3]],
});

/** The remainder with the sign of y, from that of JavaScript, which is exact and has the sign of x. */
function signedRemainder(x: number, y: number): number {
  const r = x % y;
  return r !== 0 && r < 0 !== y < 0 ? r + y : r;
}
