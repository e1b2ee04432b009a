/**
 * `conv_weight_gradient` in register tiles: for one tap, a tile of input channels × output channels is summed over batch and space. Slopes are
 * vectors over output channels, and inputs are copied into all lanes. The input is read where it lies, without copying windows to a matrix
 * first (*im2col*); near an edge the loops over places are shorter.
 *
 * With few input channels, a tile has several neighbouring taps of the last axis. They use the same slopes, except for some near the edges,
 * which are added for each tap.
 *
 * In a depthwise convolution each output channel has an input channel of its own, so both are vectors.
 */
import type { KernelBuilder, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { numberOf } from '../../plane/plane.ts';
import { storeAlong, storeEnd } from '../../plane/store.ts';
import { shareUnits } from '../../plane/units.ts';
import { bytesOf, numberElement, startBytes, strideBytes } from '../../plane/views.ts';
import { axesOf, type WeightGradientAttributes } from './axes.ts';
import { type InputSpan, inputSpans, type OutputSpan, outputSpans, widestTaps } from './cuts.ts';
import { placesAxis } from './places.ts';
import { type OperandPlace, type SumTile, sumTile, type TileSumWriter } from './tile-sum.ts';
import { uniformWeightGradient } from './uniform.ts';

/**
 * Whether the output channels of the slopes are neighbours in memory (and in a depthwise convolution the channels of the input), and the box
 * has whole groups, or a part of one.
 */
export function suitsDirect(vertex: Vertex<WeightGradientAttributes>): boolean {
  const {
    variant,
    box,
    operands: [x, slopes],
  } = vertex;
  const touch = (view: typeof x): boolean =>
    view.layout.block === undefined && view.region.step[1] === 1 && (view.strides[1] === 1 || box.count[0] === 1);
  if (variant === 'depthwise') return touch(slopes) && touch(x);
  return touch(slopes) && x.layout.block === undefined && groupsOf(vertex) !== undefined;
}

/** The groups of a box, and how many output channels it has of each. */
interface GroupSpan {
  readonly first: number;
  readonly count: number;
  readonly outputs: number;
}

function groupsOf({ context, box }: Vertex<WeightGradientAttributes>): GroupSpan | undefined {
  const perGroup = context.result.shape[0] / context.attributes.groups;
  const [start, count] = [box.start[0], box.count[0]];
  const first = Math.floor(start / perGroup);
  if (start + count <= (first + 1) * perGroup) return { first, count: 1, outputs: count };
  if (start % perGroup !== 0 || count % perGroup !== 0) return undefined;
  return { first, count: count / perGroup, outputs: perGroup };
}

/** Writes the whole kernel of a vertex that `suitsDirect`. */
export function directWeightGradient(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>): void {
  if (k.specialised || vertex.context.attributes.groups > 1) tilesWeightGradient(k, vertex);
  else uniformWeightGradient(k, vertex);
}

function tilesWeightGradient(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>): void {
  const { context, box, operands } = vertex;
  const isDepthwise = vertex.variant === 'depthwise';
  const groups = (isDepthwise ? undefined : groupsOf(vertex)) ?? { first: 0, count: 1, outputs: box.count[0] };
  const channel = isDepthwise ? box.start[0] : groups.first * context.result.shape[1] + box.start[1];
  const { taps, batch } = axesOf(operands[0].type.shape.length - 2);
  const axes = taps.map((_, i) => placesAxis(k, vertex, i));
  const first = [channel, box.start[0]];
  const [x, slopes] = operands.map(
    (view, slot): OperandPlace => ({
      base: startBytes(k, slot, view, [view.region.start[0], first[slot], ...view.region.start.slice(2)]),
      batchBytes: k.field(strideBytes(view, 0)),
      channelBytes: view.strides[1] === 1 || slot === 1 || isDepthwise ? bytesOf(view) : k.field(strideBytes(view, 1)),
      placeBytes: taps.map(axis => k.field(strideBytes(view, axis))),
      stepBytes: taps.map((axis, i) => k.field(strideBytes(view, axis) * (slot === 0 ? axes[i].across : 1))),
    }),
  );
  const writer: TileSumWriter = {
    k,
    vertex,
    axes,
    element: numberElement(context.result.element),
    images: k.field(box.count[batch]),
    x,
    slopes,
  };
  const fused = k.fused && writer.element === 'f32';
  for (const outputs of outputSpans(groups.outputs)) {
    const { length } = outputs.vectors;
    const tapSpans = inputSpans(box.count[taps[taps.length - 1]], length, fused, widestTaps(box.count[1]));
    for (const inputs of inputSpans(box.count[1], length, fused, box.count[1])) {
      for (const span of tapSpans) emitTiles(writer, groups, outputs, inputs, span);
    }
  }
}

/** All tiles of one size, for all taps; the workers divide them. */
function emitTiles(
  writer: TileSumWriter,
  groups: GroupSpan,
  outputs: OutputSpan,
  inputs: InputSpan,
  taps: InputSpan,
): void {
  const { k, vertex, axes } = writer;
  const { width, turns, start } = outputs;
  // Where vertices are to share code, turns and starts are fields even if they are 0 or 1. The loop over groups disappears if there is one group.
  const number = (value: number): Operand => (k.specialised ? numberOf(k, value) : k.field(value));
  const at = (span: InputSpan, turn: Operand): Operand => k.add(k.mul(turn, span.width), number(span.start));
  const rows = axes.slice(0, -1).map(axis => axis.taps);
  const counts = [numberOf(k, groups.count), number(turns), number(inputs.turns)];
  const perGroup = numberOf(k, groups.outputs);
  const inner = numberOf(k, vertex.context.result.shape[1]);
  shareUnits(k, [...counts, ...rows, numberOf(k, taps.turns)], ([g, o, i, ...tap]) => {
    const output = k.add(at({ width, turns, start }, o), k.mul(g, perGroup));
    const input = at(inputs, i);
    const tile: SumTile = {
      output,
      vectors: outputs.vectors,
      input,
      inputs: inputs.width,
      source: vertex.variant === 'depthwise' ? output : k.add(input, k.mul(g, inner)),
      taps: taps.width,
    };
    emitTile(writer, tile, [...tap.slice(0, -1), at(taps, tap[tap.length - 1])]);
  });
}

function emitTile(writer: TileSumWriter, tile: SumTile, tap: readonly Operand[]): void {
  const { k, vertex, element } = writer;
  const { vectors } = tile;
  const type = vectors.length === 0 ? element : vectorOf(element);
  const columns = Math.max(1, vectors.length);
  const sums = Array.from({ length: tile.taps * tile.inputs * columns }, () => k.cell(k.constant(type, 0)));
  sumTile(writer, tile, tap, type, sums);
  const cursor = vertex.sink.at([tile.output, tile.input, ...tap]);
  sums.forEach((sum, at) => {
    const [row, v] = [Math.floor(at / columns), at % columns];
    const [t, i] = [Math.floor(row / tile.inputs), row % tile.inputs];
    const { at: channel, skipped } = vectors[v] ?? { at: 0, skipped: 0 };
    const offset: [number, number][] = [];
    if (i > 0) offset.push([1, i]);
    if (t > 0) offset.push([1 + tap.length, t]);
    if (skipped > 0) storeEnd(k, { cursor, axis: 0, start: channel }, k.get(sum), skipped, offset);
    else
      storeAlong(
        k,
        { sink: vertex.sink, cursor, axis: 0 },
        k.get(sum),
        channel > 0 ? [...offset, [0, channel]] : offset,
      );
  });
}
