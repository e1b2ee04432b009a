/** Winograd's kernels for the vertices of convolutions and transposed convolutions. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { bytesOf, startBytes, strideBytes } from '../../plane/views.ts';
import { spaceAxes } from '../conv/convolution.ts';
import { winogradKernel } from './kernel.ts';
import { blockChannels } from './plan.ts';
import { taps, transformOf } from './variants.ts';

/** How the weights of an operation are used. */
export interface WeightUse {
  /** The axis of output channels, 0 or 1. */
  readonly outputs: 0 | 1;
  /** Whether the last tap belongs to the first input. */
  readonly turned: boolean;
}

/** The axes of the space; there are two spatial ones. */
const axes = spaceAxes(2);

/** Whether the variant is one of Winograd's, and the vertex has whole windows and blocks, and channels that lie side by side. */
export function suitsWinograd(
  k: KernelBuilder,
  { variant, box, operands, sink }: Vertex,
  { outputs }: WeightUse,
): boolean {
  const [x, weight] = operands;
  const { block } = weight.layout;
  return (
    transformOf(variant) !== undefined &&
    k.specialised &&
    k.fused &&
    k.ordered &&
    axes.taps.every(axis => box.count[axis] === taps) &&
    box.count[axes.channels] >= 4 &&
    x.layout.block === undefined &&
    strideBytes(x, 1) === bytesOf(x) &&
    block?.axis === outputs &&
    block.size === blockChannels &&
    weight.region.step[outputs] === 1 &&
    (box.start[1] - weight.region.start[outputs]) % blockChannels === 0 &&
    sink.vectorAxis === 1
  );
}

/**
 * Writes the kernel of a vertex that `suitsWinograd`. `first` is, for each spatial axis, the position in the input at which the window of the
 * box's first result begins.
 */
export function writeWinograd(
  k: KernelBuilder,
  { box, operands, sink, variant }: Vertex,
  { outputs, turned }: WeightUse,
  first: readonly number[],
): void {
  const [x, weight] = operands;
  const transform = transformOf(variant);
  if (transform === undefined) throw new InternalError('kernel', 'this is no variant of Winograd', variant);
  const axis = (i: number) => ({
    results: box.count[axes.spatial[i]],
    first: first[i] - x.region.start[2 + i],
    extent: x.region.count[2 + i],
  });
  const [channel, output] = [box.start[axes.channels], box.start[1]];
  const tap = (at: number): number => (turned ? taps - 1 - at : at);
  winogradKernel(k, {
    transform,
    sink,
    shape: {
      images: box.count[0],
      rows: axis(0),
      columns: axis(1),
      channels: box.count[axes.channels],
      outputs: box.count[1],
    },
    input: {
      start: startBytes(k, 0, x, [box.start[0], channel, ...x.region.start.slice(2)]),
      imageBytes: strideBytes(x, 0),
      rowBytes: strideBytes(x, 2),
      columnBytes: strideBytes(x, 3),
    },
    weights: {
      start: startBytes(k, 1, weight, [
        ...(outputs === 0 ? [output, channel] : [channel, output]),
        ...weight.region.start.slice(2),
      ]),
      blockBytes: strideBytes(weight, outputs),
      channelBytes: strideBytes(weight, 1 - outputs),
      tapBytes: (row, column) => tap(row) * strideBytes(weight, 2) + tap(column) * strideBytes(weight, 3),
    },
  });
}
