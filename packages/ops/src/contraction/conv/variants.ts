/** The layouts in which convolutions work. */
import type { Layout } from '@tessera-dnn/graph';
import { tensorBytes } from '@tessera-dnn/graph';
import type { OpContext, Overwrite, Variant } from '@tessera-dnn/graph/op';
import { rowDistanceBytes } from '../../define/window.ts';
import { bytesAtOnce } from '../../plane/products.ts';
import { multipliesBytes } from '../bytes.ts';
import { winogradVariants } from '../winograd/variants.ts';
import type { ConvAttributes } from './convolution.ts';
import { spatialRank, windowAxis } from './convolution.ts';
import { residentBytes } from './direct.ts';

/** The layout `[N, H, W, C]` of feature maps with `rank` spatial axes. */
export function channelsLast(rank: number): Layout {
  return { order: [0, ...spatialAxes(rank), 1] };
}

/** The layout `[O/size][kh][kw][I][size]` of weights; `outputs` is their axis of output channels, 0 or 1. */
export function blockedWeights(rank: number, outputs: number, size: number): Layout {
  return { order: [outputs, ...spatialAxes(rank), 1 - outputs], block: { axis: outputs, size } };
}

/** The layout `[O/size][kh][kw][I/4][size][4]` of weights that are bytes. */
function byteWeights(rank: number, size: number): Layout {
  const { order } = blockedWeights(rank, 0, size);
  return { order, block: { axis: 0, size, lanes: { axis: 1, size: bytesAtOnce } } };
}

/** The layout `[kh][kw][C]` of the weights `[C, 1, kh, kw]` of depthwise convolutions. */
export function channelsInnermost(rank: number): Layout {
  return { order: [...spatialAxes(rank), 1, 0] };
}

/** Cuts between blocks of output channels, and of input channels between fours. */
function directQuantum(rank: number, size: number): readonly number[] {
  return [1, size, ...spatialAxes(rank).map(() => 1), 4];
}

function spatialAxes(rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, i) => 2 + i);
}

/** The layout `[kw][kh/4][C][4]` of the weights `[C, 1, kh, kw]` of depthwise convolutions of bytes. */
const rowsInnermost: Layout = { order: [3, 2, 1, 0], block: { axis: 2, size: bytesAtOnce } };

/** How many output channels a block of weights has; 0 if groups are no multiple of 4, so that blocks would belong to two. */
export function blockSize(outputs: number, groups: number): number {
  if (groups === 1) return outputs <= 4 ? 4 : 8;
  const perGroup = outputs / groups;
  return perGroup % 8 === 0 ? 8 : perGroup % 4 === 0 ? 4 : 0;
}

/** Whether every group has one input and one output channel; `inner` is the number of input channels in a group. */
export function isDepthwise(outputs: number, inner: number, groups: number): boolean {
  return groups > 1 && inner === 1 && outputs === groups;
}

/** The variants, the fastest first; `any` takes all layouts. */
export function convVariants(context: OpContext<ConvAttributes>): readonly Variant[] {
  const { operands, attributes } = context;
  const rank = spatialRank(operands);
  const [outputs, inner] = operands[1].shape;
  const any: Variant = { name: 'any', result: 'any', operands: ['any', 'any'] };
  if (isDepthwise(outputs, inner, attributes.groups)) {
    const layout = channelsLast(rank);
    const quantum = [1, 4];
    const depthwise: Variant = {
      name: 'depthwise',
      result: layout,
      operands: [layout, channelsInnermost(rank)],
      quantum,
    };
    const inBytes = rank === 2 && outputs % bytesAtOnce === 0 && operands[1].shape[2] > 1 && multipliesBytes(operands);
    const bytes: Variant = {
      ...depthwise,
      name: 'depthwise-bytes',
      operands: [layout, rowsInnermost],
      wholeQuanta: true,
    };
    return [...(inBytes ? [bytes] : []), depthwise, any];
  }
  const size = blockSize(outputs, attributes.groups);
  if (size === 0) return [any];
  const bytes = inner % bytesAtOnce === 0 && multipliesBytes(operands);
  return [
    ...(bytes ? byteVariants(rank, size) : []),
    ...blockedVariants(rank, 0, size),
    ...winogradVariants(context, 0),
    any,
  ];
}

/** The variants for bytes. Their input has channels last, so that those of a pixel come in fours. */
function byteVariants(rank: number, size: number): readonly Variant[] {
  const layout = channelsLast(rank);
  const operands = [layout, byteWeights(rank, size)];
  const quantum = directQuantum(rank, size);
  return [
    { name: 'direct-bytes', result: layout, operands, quantum, wholeQuanta: true },
    { name: 'direct-bytes-any', result: 'any', operands, quantum, wholeQuanta: true },
  ];
}

/**
 * Direct and depthwise kernels go row by row, so that the result may be written behind the reads of the input; but not if the weights are so
 * large that blocks are the outer loop.
 */
export function convOverwrites(context: OpContext<ConvAttributes>): readonly Overwrite[] {
  const { operands, attributes, result } = context;
  const [x, weight] = operands;
  const inOrder = channelsLast(spatialRank(operands));
  const [{ result: layout }] = convVariants(context);
  if (x.shape.length !== 4 || layout === 'any' || tensorBytes(weight) > residentBytes) return [];
  return [{ operand: 0, distanceBytes: rowDistanceBytes(windowAxis(operands, attributes, 0), x, result), inOrder }];
}

/** The variants of direct kernels. Channels last are best, but the input may have any layout (as in a first layer), and so may the result. */
export function blockedVariants(rank: number, outputs: number, size: number): readonly Variant[] {
  const layout = channelsLast(rank);
  const weights = blockedWeights(rank, outputs, size);
  const quantum = directQuantum(rank, size);
  return [
    { name: 'direct', result: layout, operands: [layout, weights], quantum },
    { name: 'direct-from-any', result: layout, operands: ['any', weights], quantum },
    { name: 'direct-any', result: 'any', operands: ['any', weights], quantum },
  ];
}
