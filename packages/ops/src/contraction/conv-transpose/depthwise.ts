/**
 * The depthwise transposed convolution, with vectors over the channels and weights `[kh][kw][C]` in memory. Each pair of residue classes
 * (see `residues.ts`) is a depthwise convolution of stride 1 with code of its own, since its taps are unrolled.
 */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { axisRange } from '../../define/window.ts';
import type { ChannelLine } from '../../plane/channel-tile.ts';
import { singleLine } from '../../plane/channel-tile.ts';
import { emitChannelwise } from '../../plane/channelwise.ts';
import { bytesOf, numberElement, startBytes, strideBytes } from '../../plane/views.ts';
import { spaceAxes, spatialRank } from '../conv/convolution.ts';
import type { ConvTransposeAttributes } from './attributes.ts';
import { residues, scatterAxis } from './residues.ts';

/** The most pairs of classes that are worth their code: those of a stride of 2 on both axes. */
const mostClasses = 4;

/** Whether channels are neighbours in the input and in the weights, and strides are small. */
export function suitsDepthwise({ box, context, operands }: Vertex<ConvTransposeAttributes>): boolean {
  const touch = (axis: number, operand: number): boolean => operands[operand].strides[axis] === 1 || box.count[1] === 1;
  const classes = context.attributes.stride.reduce((product, stride) => product * stride, 1);
  return (
    classes <= mostClasses && operands.every(view => view.layout.block === undefined) && touch(1, 0) && touch(0, 1)
  );
}

/** Writes the whole kernel of a vertex that `suitsDepthwise`. */
export function depthwiseKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const element = numberElement(context.result.element);
  const lines = context.attributes.stride.map((_, i) => classLines(vertex, i));
  const rows: readonly ClassLine[] = lines.length === 2 ? lines[0] : [{ line: singleLine(), tap: 0 }];
  for (const row of rows) {
    for (const column of lines[lines.length - 1]) {
      const taps = lines.length === 2 ? [row.tap, column.tap] : [column.tap];
      emitChannelwise(k, sink, {
        element,
        batch: { count: box.count[0], inputBytes: strideBytes(x, 0) },
        rows: row.line,
        columns: column.line,
        channels: box.count[1],
        bytes: bytesOf(x),
        input: startBytes(k, 0, x, [box.start[0], box.start[1], ...x.region.start.slice(2)]),
        weights: { first: startBytes(k, 1, weight, [box.start[1], 0, ...taps]), bytes: bytesOf(weight) },
        initial: 0,
        combine: (builder, sum, a, b) =>
          b === undefined ? sum : element === 'f32' ? builder.fma(a, b, sum) : builder.add(sum, builder.mul(a, b)),
      });
    }
  }
}

/** One residue class of an axis, and its first tap (in the coordinates of the weights). */
interface ClassLine {
  readonly line: ChannelLine;
  readonly tap: number;
}

function classLines(
  { context, box, operands: [x, weight] }: Vertex<ConvTransposeAttributes>,
  i: number,
): readonly ClassLine[] {
  const axes = spaceAxes(spatialRank(context.operands));
  const axis = axes.spatial[i];
  const all = residues(
    scatterAxis(context.operands, context.attributes, i),
    axisRange(box, axis),
    axisRange(box, axes.taps[i]),
    axisRange(x.region, axis),
  );
  return all.map(({ walk, tap, tapStep }, residue) => ({
    tap,
    line: {
      walk,
      inputBytes: strideBytes(x, axis),
      weightBytes: tapStep * strideBytes(weight, axis),
      result: axis,
      spread: { start: residue, step: context.attributes.stride[i] },
    },
  }));
}
