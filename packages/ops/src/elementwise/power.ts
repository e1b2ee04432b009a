/** The op `pow`: x to the power of y; for negative x, only whole exponents have a result that is not NaN. */

import { type IntegerElement, isInteger } from '@tessera-dnn/graph';
import { scalarOf } from '@tessera-dnn/graph/kernel';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, zero } from '../define/gradient.ts';
import { asInteger } from '../define/integers.ts';
import { integerPower as powerOfIntegers } from '../math/integer-power.ts';
import { power as powerOfFloats } from '../math/power.ts';

export const power = elementwise({
  name: 'pow',
  symbol: '**',
  doc: {
    summary: 'x to the power of y',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  x ** y\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  grows: true,
  scalar: ([x, y], _attributes, round, [element]) =>
    isInteger(element) ? integerPower(element, x, y) : round(realPower(x, y)),
  expression: (k, [x, y]) => (scalarOf(x.type) === 'i32' ? powerOfIntegers(k, x, y) : powerOfFloats(k, x, y)),
  accuracy: { ulp: 4 },
  // The derivatives y·xʸ⁻¹ and xʸ·log x, with their limits at 0 as in PyTorch.
  gradient: ({ build, operands: [x, y], result, upstream }) => {
    const { mul, where, compare, apply, add } = arithmetic(build);
    const less = add(y, { number: -1 });
    const slope = where(compare('eq', y, zero), zero, mul(y, build.op('pow', [x, less])));
    const vanishes = build.op('and', [compare('eq', x, zero), compare('ge', y, zero)]);
    const growth = where(vanishes, zero, mul(result, apply('log', x)));
    return [mul(upstream, slope), mul(upstream, growth)];
  },
  smooth: [[0.2, 3], undefined],
});

/** The pow of IEEE 754, which differs from JavaScript's where |x| = 1 and y is NaN or infinite. */
function realPower(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return x ** y;
}

/** The power of integers, wrapped to the type; a negative power of anything but ±1 is 0, as in PyTorch. */
function integerPower(element: IntegerElement, x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : asInteger(element, -1)) : 0;
  let result = 1;
  for (let i = y, square = x; i > 0; i = Math.floor(i / 2), square = Math.imul(square, square)) {
    if (i % 2 === 1) result = Math.imul(result, square);
  }
  return asInteger(element, result);
}
