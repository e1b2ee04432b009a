/** The layouts in which transposed convolutions work: with one group those of a convolution, weights packed by output channels. */
import type { OpContext, Variant } from '@tessera/graph';
import { spatialRank } from '../conv/convolution.ts';
import { blockedVariants, blockSize } from '../conv/variants.ts';
import type { ConvTransposeAttributes } from './conv-transpose.ts';

export function convTransposeVariants({
  operands,
  attributes,
}: OpContext<ConvTransposeAttributes>): readonly Variant[] {
  const any: Variant = { name: 'any', result: 'any', operands: ['any', 'any'] };
  if (attributes.groups > 1) return [any];
  return [...blockedVariants(spatialRank(operands), 1, blockSize(operands[1].shape[1], 1)), any];
}
