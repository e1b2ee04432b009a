/**
 * The gradients of the transposed convolution. It is linear in both operands, and the transpose of the convolution C with the same weights.
 * The gradient by its input is C of the upstream derivatives. The gradient by its weights is that of C's, with the upstream derivatives as
 * C's input and `x` as the derivatives by C's results.
 */
import type { Gradient } from '@tessera-dnn/graph/op';
import { part } from '../../define/gradient.ts';
import type { ConvTransposeAttributes } from './attributes.ts';

/** Derivatives by `x` and `weight`, of their shapes. */
export const convTransposeGradient: Gradient<ConvTransposeAttributes> = ({
  build,
  operands: [x, weight],
  upstream,
  attributes: { stride, padding, dilation, groups },
}) => {
  const { shape } = build.type(x);
  const attributes = { stride, padding, dilation, groups };
  const taps = build.type(weight).shape.slice(2);
  // With output padding of a stride or more, C has more results than the input has elements; the surplus is cut off.
  const results = build.op('conv', [upstream, weight], attributes);
  return [
    part(
      build,
      results,
      shape.map(() => 0),
      shape,
    ),
    build.op('conv_weight_gradient', [upstream, x], { ...attributes, taps }),
  ];
};
