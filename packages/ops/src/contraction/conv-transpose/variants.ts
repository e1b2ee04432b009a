/** The layouts in which transposed convolutions work: with one group those of a convolution, weights packed by output channels. */
import type { OpContext, Variant } from '@tessera/graph';
import { spatialRank } from '../conv/convolution.ts';
import { blockedVariants, blockSize, channelsInnermost, channelsLast, isDepthwise } from '../conv/variants.ts';
import type { ConvTransposeAttributes } from './conv-transpose.ts';

export function convTransposeVariants({
  operands,
  attributes,
}: OpContext<ConvTransposeAttributes>): readonly Variant[] {
  const any: Variant = { name: 'any', result: 'any', operands: ['any', 'any'] };
  const [inputs, outputs] = operands[1].shape;
  if (isDepthwise(inputs, outputs, attributes.groups)) {
    const layout = channelsLast(spatialRank(operands));
    const weights = channelsInnermost(spatialRank(operands));
    return [
      { name: 'depthwise', result: layout, operands: [layout, weights], quantum: [1, 4, ...attributes.stride] },
      any,
    ];
  }
  if (attributes.groups > 1) return [any];
  return [...blockedVariants(spatialRank(operands), 1, blockSize(operands[1].shape[1], 1)), any];
}
