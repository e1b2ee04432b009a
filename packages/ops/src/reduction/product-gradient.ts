/**
 * The gradient of a product: the product of all other elements. That is the result over the element, unless there are zeros: beside one
 * zero only that zero has a gradient, beside two none has.
 */
import type { Gradient } from '@tessera/graph';
import { arithmetic, kept, one, spread, zero } from '../define/gradient.ts';
import type { ReductionAxes } from './space.ts';

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
