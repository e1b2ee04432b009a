/**
 * The gradient of a product by an element is the product of all others, which is the result divided by the element, unless there are zeros.
 * If one element is zero, only its own derivative is not zero; if two are, all derivatives are zero.
 */
import type { Gradient } from '@tessera-dnn/graph/op';
import { arithmetic, kept, one, spread, zero } from '../define/gradient.ts';
import type { ReductionAxes } from './space.ts';

/** Derivatives by the operand, of its shape. */
export const productGradient: Gradient<ReductionAxes> = ({
  build,
  operands: [x],
  result,
  upstream,
  attributes: { axes },
}) => {
  const { shape } = build.type(x);
  const { mul, div, where, compare } = arithmetic(build);
  const row = { axes, keep: true };
  const isZero = compare('eq', x, zero);
  const zeros = build.op('sum', [isZero], row);
  const others = build.op('prod', [where(isZero, one, x)], row);
  const single = where(compare('eq', zeros, one), others, zero);
  const quotient = div(kept(build, result, shape, axes), where(isZero, one, x));
  return [mul(spread(build, upstream, shape, axes), where(isZero, single, quotient))];
};
