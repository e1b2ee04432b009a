/**
 * The gradients of the convolution: by its input, the transposed convolution with the same weights; by its weights, the op
 * `conv_weight_gradient`. Each reads the other operand.
 */
import type { ValueId } from '@tessera-dnn/graph';
import type { Expander, Gradient } from '@tessera-dnn/graph/op';
import type { ConvAttributes } from './convolution.ts';

/** Derivatives by `x` and `weight`, of their shapes. */
export const convGradient: Gradient<ConvAttributes> = ({ build, operands: [x, weight], upstream, attributes }) => {
  const taps = build.type(weight).shape.slice(2);
  return [
    inputGradient(build, weight, upstream, build.type(x).shape, attributes),
    build.op('conv_weight_gradient', [x, upstream], { ...attributes, taps }),
  ];
};

/**
 * The derivatives by an input of `shape`, given those by the results (`slopes`). Elements at the end of an axis that no window contains get
 * zeros, by means of output padding.
 */
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
