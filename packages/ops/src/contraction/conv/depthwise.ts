/**
 * The depthwise convolution, which has one input and one output channel in each group: vectors over the channels, weights `[kh][kw][C]` in
 * memory.
 */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { type ByteLine, emitByteChannels } from '../../plane/byte-channels.ts';
import type { ChannelLine } from '../../plane/channel-tile.ts';
import { singleLine } from '../../plane/channel-tile.ts';
import { emitChannelwise } from '../../plane/channelwise.ts';
import { bytesAtOnce } from '../../plane/products.ts';
import { bytesOf, numberElement, startBytes, strideBytes } from '../../plane/views.ts';
import { byteProducts } from '../bytes.ts';
import type { ConvAttributes } from './convolution.ts';
import { spaceAxes, spatialRank } from './convolution.ts';
import { axisNumbers } from './direct.ts';

/** Whether channels are neighbours in the input and in the weights. */
export function suitsDepthwise({ box, operands }: Vertex<ConvAttributes>): boolean {
  const touch = (axis: number, operand: number): boolean => operands[operand].strides[axis] === 1 || box.count[1] === 1;
  return operands.every(view => view.layout.block === undefined) && touch(1, 0) && touch(0, 1);
}

/** Whether the vertex has weights for bytes, all their taps, and channels side by side that come in fours. */
export function suitsByteChannels({ context, box, operands: [x, weight] }: Vertex<ConvAttributes>): boolean {
  const { taps } = spaceAxes(spatialRank(context.operands));
  const whole = taps.every((axis, i) => box.start[axis] === 0 && box.count[axis] === context.operands[1].shape[2 + i]);
  const fours = box.count[1] % bytesAtOnce === 0;
  const plain = x.layout.block === undefined && x.strides[1] === 1 && x.region.step[1] === 1;
  const packed = weight.layout.block?.axis === 2 && weight.region.count[2] === context.operands[1].shape[2];
  return whole && fours && plain && packed && weight.region.step[0] === 1;
}

/** Writes the whole kernel of a vertex that `suitsByteChannels`. */
export function byteChannelsKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const axes = spaceAxes(2);
  const line = (i: number): ByteLine => {
    const { walk, inputBytes } = axisNumbers(vertex, i);
    return { walk, inputBytes, result: 2 + i };
  };
  emitByteChannels(k, sink, {
    products: byteProducts(k, context, 'columns'),
    batch: { count: box.count[0], inputBytes: strideBytes(x, 0) },
    rows: line(0),
    columns: line(1),
    channels: box.count[1],
    input: startBytes(k, 0, x, [box.start[0], box.start[1], ...x.region.start.slice(2)]),
    weights: startBytes(k, 1, weight, [
      box.start[1],
      box.start[axes.channels],
      ...axes.taps.map(axis => box.start[axis]),
    ]),
    columnBytes: strideBytes(weight, 3),
    groupBytes: strideBytes(weight, 2),
  });
}

/** Writes the whole kernel of a vertex that `suitsDepthwise`. */
export function depthwiseKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const rank = spatialRank(context.operands);
  const axes = spaceAxes(rank);
  const line = (i: number): ChannelLine => ({ ...axisNumbers(vertex, i), result: 2 + i });
  const element = numberElement(context.result.element);
  emitChannelwise(k, sink, {
    element,
    batch: { count: box.count[0], inputBytes: strideBytes(x, 0) },
    rows: rank === 2 ? line(0) : singleLine(),
    columns: line(rank - 1),
    channels: box.count[1],
    bytes: bytesOf(x),
    input: startBytes(k, 0, x, [box.start[0], box.start[1], ...x.region.start.slice(2)]),
    weights: {
      first: startBytes(k, 1, weight, [
        box.start[1],
        box.start[axes.channels],
        ...axes.taps.map(axis => box.start[axis]),
      ]),
      bytes: bytesOf(weight),
    },
    initial: 0,
    combine: (builder, sum, a, b) =>
      b === undefined ? sum : element === 'f32' ? builder.fma(a, b, sum) : builder.add(sum, builder.mul(a, b)),
  });
}
