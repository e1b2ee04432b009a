/** The layouts in which transposed convolutions work: those of convolutions, with weights in blocks of output channels. */
import type { OpContext, Variant } from '@tessera-dnn/graph/op';
import { spatialRank } from '../conv/convolution.ts';
import { blockedVariants, blockSize, channelsInnermost, channelsLast, isDepthwise } from '../conv/variants.ts';
import { winogradVariants } from '../winograd/variants.ts';
import type { ConvTransposeAttributes } from './attributes.ts';

/** The variants, the fastest first; `any` takes all layouts. */
export function convTransposeVariants(context: OpContext<ConvTransposeAttributes>): readonly Variant[] {
  const { operands, attributes } = context;
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
  // Splits may cut between groups, or between the blocks of one group.
  const size = blockSize(outputs, 1);
  const torn = attributes.groups > 1 && outputs % size !== 0;
  const variants = blockedVariants(spatialRank(operands), 1, size);
  return [
    ...(torn ? variants.map(variant => quantised(variant, outputs)) : variants),
    ...winogradVariants(context, 1),
    any,
  ];
}

/** The variant whose output channels are cut only at multiples of `channels`. */
function quantised(variant: Variant, channels: number): Variant {
  return { ...variant, quantum: variant.quantum?.with(1, channels) };
}
