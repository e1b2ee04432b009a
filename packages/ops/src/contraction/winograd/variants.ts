/** Which convolutions can be computed by Winograd's transforms, and in which variants. */
import type { Attributes } from '@tessera-dnn/graph';
import type { OpContext, Variant } from '@tessera-dnn/graph/op';
import type { ConvAttributes } from '../conv/convolution.ts';
import { blockChannels } from './plan.ts';
import { type Transform, transforms } from './transform.ts';

/** The algorithms by which kernels compute that are no plain sums, as variants name them. */
export const algorithms: readonly string[] = ['winograd'];

/** With fewer channels on either side, transforms take longer than they save. */
const leastChannels = 8;

/** The taps along either axis. */
export const taps = 3;

const byName: Readonly<Record<string, Transform | undefined>> = {
  'winograd-4': transforms[4],
  'winograd-2': transforms[2],
};

/** The transform of a variant; `undefined` for other variants. */
export function transformOf(variant: string): Transform | undefined {
  return byName[variant];
}

/**
 * The variants of a convolution, or of a transposed one; `outputs` is the axis of output channels of the weights, 0 or 1. They are for 3×3 taps,
 * stride 1, no dilation, one group and f32. Results are cut into whole tiles, taps are not cut. All taps of a block and a channel lie
 * side by side, `[O/8][I][3][3][8]`, so that weights are read in the order of memory.
 */
export function winogradVariants(
  { operands, attributes, result }: OpContext<Pick<ConvAttributes, 'stride' | 'dilation' | 'groups'> & Attributes>,
  outputs: 0 | 1,
): readonly Variant[] {
  const [x, weight] = operands;
  const { stride, dilation, groups } = attributes;
  const window = weight.shape.slice(2);
  const suits =
    window.length === 2 &&
    window.every(count => count === taps) &&
    [...stride, ...dilation, groups].every(number => number === 1) &&
    [...operands, result].every(({ element }) => element === 'f32') &&
    Math.min(x.shape[1], result.shape[1]) >= leastChannels;
  if (!suits) return [];
  const layout = { order: [0, 2, 3, 1] };
  const weights = { order: [outputs, 1 - outputs, 2, 3], block: { axis: outputs, size: blockChannels } };
  return Object.entries(byName).flatMap(([name, transform]) =>
    transform === undefined
      ? []
      : {
          name,
          algorithm: algorithms[0],
          result: layout,
          operands: [layout, weights],
          quantum: [1, blockChannels, transform.results, transform.results, 4, taps, taps],
          piece: pieceOf(transform, [...result.shape, x.shape[1], taps, taps]),
        },
  );
}

/** So many tiles share what is done once for all of them. */
const pieceTiles = 64;

/** As many images of the space as have so many tiles: their transforms and products cost as those of more would. */
function pieceOf(
  { results }: Transform,
  [images, outputs, height, width, ...summed]: readonly number[],
): readonly number[] {
  const tiles = Math.ceil(height / results) * Math.ceil(width / results);
  return [Math.min(images, Math.ceil(pieceTiles / tiles)), outputs, height, width, ...summed];
}
