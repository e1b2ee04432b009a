/** The layouts in which `conv_weight_gradient` works. */
import type { OpContext, Variant } from '@tessera-dnn/graph/op';
import { spatialRank } from '../conv/convolution.ts';
import { channelsInnermost, channelsLast, isDepthwise } from '../conv/variants.ts';
import type { WeightGradientAttributes } from './axes.ts';

/** The variants, the fastest first: feature maps with channels last, so that vectors run over output channels; `any` takes all layouts. */
export function weightGradientVariants({
  operands,
  attributes: { groups },
  result,
}: OpContext<WeightGradientAttributes>): readonly Variant[] {
  const any: Variant = { name: 'any', result: 'any', operands: ['any', 'any'] };
  const [outputs, inner] = result.shape;
  const maps = channelsLast(spatialRank(operands));
  const weights = channelsInnermost(spatialRank(operands));
  if (isDepthwise(outputs, inner, groups)) {
    return [{ name: 'depthwise', result: weights, operands: [maps, maps], quantum: [4] }, any];
  }
  const perGroup = outputs / groups;
  const quantum = [groups === 1 || perGroup % 8 === 0 ? 8 : perGroup, 4];
  return [
    { name: 'direct', result: weights, operands: [maps, maps], quantum },
    // The input of a first layer is an input of the program, whose layout the host decides.
    { name: 'direct-from-any', result: weights, operands: ['any', maps], quantum },
    any,
  ];
}
