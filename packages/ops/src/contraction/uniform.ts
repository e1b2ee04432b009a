/** Convolutions of one group as uniform planes: what both of them do on chips where code takes memory. */
import type { KernelBuilder, Sink, View } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import { batchAxis } from '../plane/plane.ts';
import type { AxisNumbers } from '../plane/spatial-axis.ts';
import { isPointwise, uniformAxis } from '../plane/spatial-axis.ts';
import { emitUniform, singleUniform, type UniformPlane, uniformChannels } from '../plane/uniform.ts';
import { type NumberElement, numberBytes, strideBytes } from '../plane/views.ts';

/** A vertex's numbers; the weights are blocked along their output channels. */
export interface UniformConvolution {
  readonly sink: Sink;
  readonly element: NumberElement;
  readonly x: View;
  readonly weight: View;
  /** The weights' axes of output and input channels. */
  readonly outputs: number;
  readonly inner: number;
  readonly count: { readonly batch: number; readonly outputs: number; readonly channels: number };
  /** Elements from the operands' first ones to those that the vertex begins with, at tap 0. */
  readonly inputBytes: number;
  readonly weightBytes: number;
}

/** Numbers of axes in registers, or to be put there. */
export function uniformConvolution(
  k: KernelBuilder,
  convolution: UniformConvolution,
  axes: readonly AxisNumbers[],
): void {
  const { sink, inputBytes, weightBytes } = convolution;
  const pointwise = axes.every(isPointwise);
  const joined = pointwise ? joinedRows(axes, sink) : undefined;
  const numbers = (joined ? [joined] : axes).map(axis => uniformAxis(k, axis, pointwise));
  const last = axes[axes.length - 1];
  const { x, weight, count, inner } = convolution;
  const [inputRun, weightRun] = [count.channels * strideBytes(x, 1), count.channels * strideBytes(weight, inner)];
  const isRun = last.walk.along * last.inputBytes === inputRun && last.weightBytes === weightRun;
  const first = axes.reduce((bytes, { walk, inputBytes: step }) => bytes + walk.first * step, inputBytes);
  emitUniform(k, sink, {
    ...uniformParts(k, convolution, pointwise ? undefined : isRun),
    rows: numbers.length === 2 ? numbers[0] : singleUniform(axes.length === 2 ? axes[0].result : -1),
    columns: numbers[numbers.length - 1],
    input: k.add(k.address(0), k.field(first)),
    weights: k.add(k.address(1), k.field(weightBytes)),
  });
}

/** Rows that follow each other in memory, of the input and of all the sink writes and reads, as one; undefined if they do not. */
function joinedRows(axes: readonly AxisNumbers[], sink: Sink): AxisNumbers | undefined {
  const [rows, columns] = axes;
  if (columns === undefined) return rows;
  const [height, width] = [rows.walk.results, columns.walk.results];
  const follow = rows.walk.across * rows.inputBytes === width * columns.walk.across * columns.inputBytes;
  if (height > 1 && !(follow && sink.continues(rows.result, columns.result))) return undefined;
  return { ...columns, walk: { ...columns.walk, results: height * width } };
}

/** All but the spatial axes. `merged`: whether a row of taps and its channels are one run; undefined without taps. */
export function uniformParts(
  k: KernelBuilder,
  { element, x, weight, outputs, inner, count }: UniformConvolution,
  merged: boolean | undefined,
): Pick<UniformPlane, 'type' | 'outer' | 'channels' | 'blocks'> {
  const size = weight.layout.block?.size ?? 8;
  const numbers = { count: count.channels, inputBytes: strideBytes(x, 1), weightBytes: strideBytes(weight, inner) };
  return {
    type: vectorOf(element),
    outer: [batchAxis(k, count.batch, count.batch > 1 ? strideBytes(x, 0) : 0)],
    channels: {
      ...uniformChannels(k, numbers, numberBytes * size),
      merged: merged === undefined ? undefined : k.ne(k.field(Number(merged)), 0),
    },
    blocks: {
      count: k.field(Math.ceil(count.outputs / size)),
      vectors: size / 4,
      bytes: k.field(strideBytes(weight, outputs)),
      tail: count.outputs % size,
      axis: 1,
      first: 0,
    },
  };
}
