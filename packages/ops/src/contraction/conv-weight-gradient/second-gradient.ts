/**
 * The gradient of `conv_weight_gradient`, which is linear in both operands: a convolution and its transpose, with the upstream derivatives
 * as weights.
 */
import type { Gradient } from '@tessera-dnn/graph/op';
import { part } from '../../define/gradient.ts';
import { inputGradient } from '../conv/gradient.ts';
import type { WeightGradientAttributes } from './axes.ts';

/** Derivatives by `x` and `slopes`, of their shapes. */
export const secondGradient: Gradient<WeightGradientAttributes> = ({
  build,
  operands: [x, slopes],
  upstream,
  attributes: { stride, padding, dilation, groups },
}) => {
  const attributes = { stride, padding, dilation, groups };
  const { shape } = build.type(slopes);
  const results = build.op('conv', [x, upstream], attributes);
  return [
    inputGradient(build, upstream, slopes, build.type(x).shape, attributes),
    part(
      build,
      results,
      shape.map(() => 0),
      shape,
    ),
  ];
};
