/**
 * The transposed convolution of one group, for chips on which code takes memory of the tiles. Each of its residue classes (see
 * `residues.ts`) is a convolution whose taps run backwards; with stride 1 there is one class.
 */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { axisRange } from '../../define/window.ts';
import { bytesOf, distanceBytes, numberElement, strideBytes } from '../../plane/views.ts';
import { spaceAxes, spatialRank } from '../conv/convolution.ts';
import { type ClassedAxis, uniformConvolution } from '../uniform.ts';
import type { ConvTransposeAttributes } from './attributes.ts';
import { residues, scatterAxis } from './residues.ts';

/** Writes the whole kernel. */
export function uniformKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const { channels, spatial } = spaceAxes(spatialRank(context.operands));
  const [channel, count] = [box.start[channels], box.count[channels]];
  uniformConvolution(k, {
    sink,
    laneBytes: bytesOf(weight),
    element: numberElement(context.result.element),
    x,
    weight,
    outputs: 1,
    inner: 0,
    count: { batch: box.count[0], outputs: box.count[1], channels: count },
    inputStart: distanceBytes(x, [box.start[0], channel, ...x.region.start.slice(2)]),
    weightStart: distanceBytes(weight, [channel, box.start[1], ...weight.region.start.slice(2)]),
    axes: spatial.map((_, i) => classedAxis(vertex, i)),
  });
}

function classedAxis({ context, box, operands: [x, weight] }: Vertex<ConvTransposeAttributes>, i: number): ClassedAxis {
  const axes = spaceAxes(spatialRank(context.operands));
  const [results, taps] = [axisRange(box, axes.spatial[i]), axisRange(box, axes.taps[i])];
  const axis = scatterAxis(context.operands, context.attributes, i);
  const tapBytes = strideBytes(weight, 2 + i);
  const all = residues(axis, results, taps, axisRange(x.region, 2 + i));
  return {
    classes: all.map(({ walk, tap }) => ({ walk, weightStart: (tap - weight.region.start[2 + i]) * tapBytes })),
    step: axis.stride,
    inputBytes: strideBytes(x, 2 + i),
    weightBytes: all[0].tapStep * tapBytes,
    result: 2 + i,
  };
}
