/**
 * The direct convolution: output channels are computed in blocks of vectors, with weights packed as `[O/8][kh][kw][I][8]`.
 *
 * With channels last and no dilation, the taps along a row of the window and their channels are one contiguous run, in the input and in the
 * weights. So the rows of a 3×3 window are three loops, however few channels there are, and a first layer with one channel is as fast as
 * others.
 */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Vertex, View } from '@tessera-dnn/graph/op';
import type { WindowWalk } from '../../define/window.ts';
import { axisRange, windowWalk } from '../../define/window.ts';
import type { Columns } from '../../plane/cut.ts';
import { pixelGroup } from '../../plane/cut.ts';
import { emitPlane } from '../../plane/emit.ts';
import type { PlaneAxis } from '../../plane/plane.ts';
import { batchAxis, numberOf, singleRow } from '../../plane/plane.ts';
import { bytesAtOnce } from '../../plane/products.ts';
import { planeAxis } from '../../plane/spatial-axis.ts';
import { bytesOf, distanceBytes, numberElement, startBytes, strideBytes } from '../../plane/views.ts';
import { byteProducts } from '../bytes.ts';
import { uniformConvolution } from '../uniform.ts';
import type { ConvAttributes } from './convolution.ts';
import { spaceAxes, spatialRank, windowAxis } from './convolution.ts';

/** Weights of up to so many bytes stay in the second-level cache while the input is read. */
export const residentBytes = 1 << 18;

/** Whether the box begins with a block of weights, and no block belongs to two groups. */
export function suitsDirect(vertex: Vertex<ConvAttributes>): boolean {
  const { context, box } = vertex;
  const [x, weight] = vertex.operands;
  const block = weight.layout.block;
  if (x.layout.block !== undefined || block?.axis !== 0) return false;
  if (block.lanes && !suitsBytes(vertex)) return false;
  if (weight.region.step[0] !== 1 || (box.start[1] - weight.region.start[0]) % block.size !== 0) return false;
  return context.attributes.groups === 1 || box.start[1] % block.size === 0;
}

/** Whether the input channels come in whole fours that lie side by side. */
function suitsBytes({ context, box, operands: [x, weight] }: Vertex<ConvAttributes>): boolean {
  const { channels } = spaceAxes(spatialRank(context.operands));
  const [start, count] = [box.start[channels] - weight.region.start[1], box.count[channels]];
  const steps = [x.strides[1], x.region.step[1], weight.region.step[1]];
  return start % bytesAtOnce === 0 && count % bytesAtOnce === 0 && steps.every(step => step === 1);
}

/** A tile has fewer vectors of weights than pixels, so that weights are cut with fewer instructions. */
const leftWhole = 'pixels';

/** How a vertex with weights for bytes multiplies them, how many channels it takes at once, and the bytes of weights for one output. */
function productsOf(k: KernelBuilder, { context, operands: [, weight] }: Vertex<ConvAttributes>) {
  if (weight.layout.block?.lanes === undefined) return { bytes: undefined, atOnce: 1, laneBytes: bytesOf(weight) };
  return { bytes: byteProducts(k, context, leftWhole), atOnce: bytesAtOnce, laneBytes: bytesAtOnce };
}

/** Writes the whole kernel of a vertex that `suitsDirect`. */
export function directKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  if (k.specialised || k.ordered || vertex.context.attributes.groups > 1) planeKernel(k, vertex);
  else uniformKernel(k, vertex);
}

function uniformKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const { channels, taps } = spaceAxes(spatialRank(context.operands));
  const { atOnce, ...products } = productsOf(k, vertex);
  const [channel, count] = [box.start[channels], box.count[channels] / atOnce];
  uniformConvolution(k, {
    sink,
    element: numberElement(context.result.element),
    ...products,
    x,
    weight,
    outputs: 0,
    inner: 1,
    count: { batch: box.count[0], outputs: box.count[1], channels: count },
    inputStart: distanceBytes(x, [box.start[0], channel, ...x.region.start.slice(2)]),
    weightStart: distanceBytes(weight, [box.start[1], channel, ...taps.map(axis => box.start[axis])]),
    axes: taps.map((_, i) => {
      const { walk, ...bytes } = axisNumbers(vertex, i);
      return { classes: [{ walk, weightStart: 0 }], step: 1, ...bytes, result: 2 + i };
    }),
  });
}

function planeKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const { groups } = context.attributes;
  const rank = spatialRank(context.operands);
  const axes = spaceAxes(rank);
  const size = weight.layout.block?.size ?? 8;
  const [outputs, inner] = context.operands[1].shape;
  const type = numberElement(context.result.element);
  const { bytes, atOnce, laneBytes } = productsOf(k, vertex);
  const columns: Columns = {
    blocks: Math.ceil(box.count[1] / size),
    vectors: size / 4,
    joint: groups === 1,
    fused: k.fused && (type === 'f32' || bytes?.highest === 0),
  };
  const channelCount = box.count[axes.channels] / atOnce;
  const channelBytes = strideBytes(x, 1) * atOnce;
  const innerBytes = strideBytes(weight, 1);
  const line = (i: number): PlaneAxis => planeAxis(k, { ...axisNumbers(vertex, i), result: 2 + i }, columns);
  const last = axisNumbers(vertex, rank - 1);
  const merged =
    last.walk.along * last.inputBytes === channelCount * channelBytes && last.weightBytes === channelCount * innerBytes;
  const perGroup = outputs / groups;
  const firstInGroup = (box.start[1] % perGroup) / size;
  const blocksFirst = weightBytes(weight) > residentBytes;
  emitPlane(k, sink, {
    type: vectorOf(type),
    bytes,
    outer: [batchAxis(k, box.count[0], strideBytes(x, 0))],
    rows: rank === 2 ? line(0) : singleRow(),
    columns: line(rank - 1),
    channels: {
      count: numberOf(k, channelCount),
      inputBytes: channelBytes === bytesOf(x) * atOnce ? channelBytes : k.field(channelBytes),
      weightBytes: innerBytes === laneBytes * size ? innerBytes : k.field(innerBytes),
    },
    blocks: {
      count: columns.blocks,
      vectors: columns.vectors,
      pixelGroup: pixelGroup(columns),
      bytes: k.field(strideBytes(weight, 0)),
      laneBytes,
      channels: box.count[1],
      axis: 1,
      first: 0,
    },
    groups:
      groups === 1
        ? undefined
        : {
            blocks: k.field(perGroup / size),
            first: numberOf(k, firstInGroup),
            inputBytes: k.field(inner * strideBytes(x, 1)),
          },
    merged,
    blocksFirst,
    ordered: k.ordered && !blocksFirst,
    input: startBytes(k, 0, x, [box.start[0], inputChannel(vertex), ...x.region.start.slice(2)]),
    weights: startBytes(k, 1, weight, [
      box.start[1],
      box.start[axes.channels],
      ...axes.taps.map(axis => box.start[axis]),
    ]),
  });
}

/** The first input channel that the box reads. */
function inputChannel({ context, box }: Vertex<ConvAttributes>): number {
  const { groups } = context.attributes;
  const [outputs, inner] = context.operands[1].shape;
  const group = Math.floor(box.start[1] / (outputs / groups));
  return group * inner + box.start[spaceAxes(spatialRank(context.operands)).channels];
}

/** The bytes of the weights that a vertex reads. */
export function weightBytes(weight: View): number {
  return weight.region.count.reduce((product, count) => product * count, bytesOf(weight));
}

/** Spatial axis `i` of a vertex: how its windows move through the input, and the bytes from position to position and from tap to tap. */
export function axisNumbers(
  { context, box, operands: [x, weight] }: Vertex<ConvAttributes>,
  i: number,
): { readonly walk: WindowWalk; readonly inputBytes: number; readonly weightBytes: number } {
  const { spatial, taps } = spaceAxes(spatialRank(context.operands));
  const axis = windowAxis(context.operands, context.attributes, i);
  return {
    walk: windowWalk(axis, axisRange(box, spatial[i]), axisRange(box, taps[i]), axisRange(x.region, 2 + i)),
    inputBytes: strideBytes(x, 2 + i),
    weightBytes: strideBytes(weight, 2 + i),
  };
}
