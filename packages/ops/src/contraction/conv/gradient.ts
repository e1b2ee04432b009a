/**
 * The gradients of the convolution. With respect to its input: the transposed convolution by the same weights. With respect to its
 * weights: an op of its own. Each reads the other operand.
 */
import type { Expander, Gradient, ValueId } from '@tessera/graph';
import type { ConvAttributes } from './convolution.ts';

export const convGradient: Gradient<ConvAttributes> = ({ build, operands: [x, weight], upstream, attributes }) => {
  const taps = build.type(weight).shape.slice(2);
  return [
    inputGradient(build, weight, upstream, build.type(x).shape, attributes),
    build.op('conv_weight_gradient', [x, upstream], { ...attributes, taps }),
  ];
};

/** `slopes` spread back over an input of `shape`; what no window reached comes last on an axis and is zero: output padding. */
export function inputGradient(
  build: Expander,
  weight: ValueId,
  slopes: ValueId,
  shape: readonly number[],
  attributes: ConvAttributes,
): ValueId {
  const { stride, padding, dilation } = attributes;
  const taps = build.type(weight).shape.slice(2);
  const results = build.type(slopes).shape.slice(2);
  const reached = results.map((count, i) => (count - 1) * stride[i] + (taps[i] - 1) * dilation[i] + 1);
  const outputPadding = reached.map((extent, i) => shape[2 + i] + padding[i][0] + padding[i][1] - extent);
  return build.op('conv_transpose', [slopes, weight], { ...attributes, output_padding: outputPadding });
}
