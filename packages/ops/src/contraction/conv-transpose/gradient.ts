/**
 * The gradients of the transposed convolution, which is linear in both operands: with respect to its input the convolution by the same
 * weights, with respect to its weights those of that convolution, whose input is what comes down and whose results were the input.
 */
import type { Gradient } from '@tessera/graph';
import { part } from '../../define/gradient.ts';
import type { ConvTransposeAttributes } from './attributes.ts';

export const convTransposeGradient: Gradient<ConvTransposeAttributes> = ({
  build,
  operands: [x, weight],
  upstream,
  attributes: { stride, padding, dilation, groups },
}) => {
  const { shape } = build.type(x);
  const attributes = { stride, padding, dilation, groups };
  const taps = build.type(weight).shape.slice(2);
  // Output padding of a whole stride and more makes room for results that no input stands for.
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
