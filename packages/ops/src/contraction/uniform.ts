/** Convolutions of one group as uniform planes: what both of them do on chips where code takes memory. */
import type { KernelBuilder, Operand, Sink, View } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import { numberOf } from '../plane/plane.ts';
import type { AxisNumbers } from '../plane/spatial-axis.ts';
import { isPointwise, uniformAxis } from '../plane/spatial-axis.ts';
import { emitUniform, type UniformAxis, type UniformPlane } from '../plane/uniform.ts';
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

export const singleUniform: UniformAxis = {
  count: 1,
  from: 0,
  inside: 1,
  acrossBytes: 0,
  result: { axis: -1, start: 0, step: 1 },
};

/** Numbers of axes in registers, or to be put there. */
export function uniformConvolution(
  k: KernelBuilder,
  convolution: UniformConvolution,
  axes: readonly AxisNumbers[],
): void {
  const { sink, inputBytes, weightBytes } = convolution;
  const pointwise = axes.every(isPointwise);
  const merged = pointwise ? joined(axes, sink) : axes;
  const numbers = merged.map(axis => uniformAxis(k, axis, pointwise));
  const last = axes[axes.length - 1];
  const { x, weight, count, inner } = convolution;
  const [inputRun, weightRun] = [count.channels * strideBytes(x, 1), count.channels * strideBytes(weight, inner)];
  const isRun = last.walk.along * last.inputBytes === inputRun && last.weightBytes === weightRun;
  const first = axes.reduce((bytes, { walk, inputBytes: step }) => bytes + walk.first * step, inputBytes);
  emitUniform(k, sink, {
    ...uniformParts(k, convolution, pointwise ? undefined : isRun),
    rows: axes.length === 2 ? numbers[0] : singleUniform,
    columns: numbers[numbers.length - 1],
    input: k.add(k.address(0), k.field(first)),
    weights: k.add(k.address(1), k.field(weightBytes)),
  });
}

/** Rows that follow each other in memory, of the input and of all the sink writes and reads, as one. */
function joined(axes: readonly AxisNumbers[], sink: Sink): readonly AxisNumbers[] {
  if (axes.length < 2) return axes;
  const [rows, columns] = axes;
  const [height, width] = [rows.walk.results, columns.walk.results];
  const across = columns.walk.across * columns.inputBytes;
  const follow = height === 1 || rows.walk.across * rows.inputBytes === width * across;
  if (!follow || (height > 1 && !sink.continues(rows.result, columns.result))) return axes;
  const one = { ...rows, walk: { ...rows.walk, results: 1, across: 0 } };
  return [one, { ...columns, walk: { ...columns.walk, results: height * width } }];
}

/** All but the spatial axes. `merged`: whether a row of taps and its channels are one run; undefined without taps. */
export function uniformParts(
  k: KernelBuilder,
  { element, x, weight, outputs, inner, count }: UniformConvolution,
  merged: boolean | undefined,
): Pick<UniformPlane, 'type' | 'batch' | 'channels' | 'blocks'> {
  const size = weight.layout.block?.size ?? 8;
  const number = (value: number, usual: number): Operand => (value === usual ? value : k.field(value));
  const inputBytes = number(strideBytes(x, 1), numberBytes);
  const weightBytes = number(strideBytes(weight, inner), numberBytes * size);
  const constant = typeof inputBytes === 'number' && typeof weightBytes === 'number';
  return {
    type: vectorOf(element),
    batch: { count: numberOf(k, count.batch), inputBytes: numberOf(k, count.batch > 1 ? strideBytes(x, 0) : 0) },
    channels: {
      count: k.field(count.channels),
      inputBytes,
      weightBytes,
      unrolled: constant && count.channels % 2 === 0 ? 2 : 1,
      merged: merged === undefined ? undefined : k.ne(k.field(Number(merged)), 0),
    },
    blocks: {
      count: k.field(Math.ceil(count.outputs / size)),
      vectors: size / 4,
      bytes: k.field(strideBytes(weight, outputs)),
      tail: count.outputs % size,
      axis: 1,
    },
  };
}
