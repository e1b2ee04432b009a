/** The layouts in which convolutions work. */
import type { Layout, OpContext, Overwrite, Variant } from '@tessera/graph';
import { tensorBytes } from '@tessera/graph';
import { rowDistanceBytes } from '../../define/window.ts';
import type { ConvAttributes } from './convolution.ts';
import { spatialRank, windowAxis } from './convolution.ts';
import { residentBytes } from './direct.ts';

/** `[N, H, W, C]` in memory. */
export function channelsLast(rank: number): Layout {
  return { order: [0, ...spatialAxes(rank), 1] };
}

/** `[O/size][kh][kw][I][size]` in memory; `outputs` is the axis of the output channels, 0 or 1. */
export function blockedWeights(rank: number, outputs: number, size: number): Layout {
  return { order: [outputs, ...spatialAxes(rank), 1 - outputs], block: { axis: outputs, size } };
}

/** `[kh][kw][C]` in memory, for weights `[C, 1, kh, kw]`. */
export function channelsInnermost(rank: number): Layout {
  return { order: [...spatialAxes(rank), 1, 0] };
}

function spatialAxes(rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, i) => 2 + i);
}

/** Output channels of one block of weights, or 0 where groups do not divide into whole blocks. */
export function blockSize(outputs: number, groups: number): number {
  if (groups === 1) return outputs <= 4 ? 4 : 8;
  const perGroup = outputs / groups;
  return perGroup % 8 === 0 ? 8 : perGroup % 4 === 0 ? 4 : 0;
}

/** Every group has one channel in and one out. */
export function isDepthwise(outputs: number, inner: number, groups: number): boolean {
  return groups > 1 && inner === 1 && outputs === groups;
}

export function convVariants({ operands, attributes }: OpContext<ConvAttributes>): readonly Variant[] {
  const rank = spatialRank(operands);
  const [outputs, inner] = operands[1].shape;
  const any: Variant = { name: 'any', result: 'any', operands: ['any', 'any'] };
  if (isDepthwise(outputs, inner, attributes.groups)) {
    const layout = channelsLast(rank);
    const quantum = [1, 4];
    return [{ name: 'depthwise', result: layout, operands: [layout, channelsInnermost(rank)], quantum }, any];
  }
  const size = blockSize(outputs, attributes.groups);
  return size === 0 ? [any] : [...blockedVariants(rank, 0, size), any];
}

/** Direct and depthwise kernels go row by row, unless the weights are so large that each block of them is better read once. */
export function convOverwrites(context: OpContext<ConvAttributes>): readonly Overwrite[] {
  const { operands, attributes, result } = context;
  const [x, weight] = operands;
  const inOrder = channelsLast(spatialRank(operands));
  const [{ result: layout }] = convVariants(context);
  if (x.shape.length !== 4 || layout === 'any' || tensorBytes(weight) > residentBytes) return [];
  return [{ operand: 0, distanceBytes: rowDistanceBytes(windowAxis(operands, attributes, 0), x, result), inOrder }];
}

/** Direct kernels: channels-last is best, but the input may lie anyhow (a first layer's), and so may the result. */
export function blockedVariants(rank: number, outputs: number, size: number): readonly Variant[] {
  const layout = channelsLast(rank);
  const weights = blockedWeights(rank, outputs, size);
  const quantum = [1, size, ...spatialAxes(rank).map(() => 1), 4];
  return [
    { name: 'direct', result: layout, operands: [layout, weights], quantum },
    { name: 'direct-from-any', result: layout, operands: ['any', weights], quantum },
    { name: 'direct-any', result: 'any', operands: ['any', weights], quantum },
  ];
}
