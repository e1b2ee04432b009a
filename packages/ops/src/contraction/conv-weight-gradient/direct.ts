/**
 * The weights' gradient in register tiles: for one tap a tile of input channels × output channels is summed over batch and space, with
 * slopes as vectors over output channels and inputs repeated over the lanes. Nothing is lowered: a tap reads the input where it lies, and
 * near an edge walks fewer places.
 *
 * Where there is one input channel, neighbouring taps of the last axis take the inputs' part in a tile: they meet the same slopes, but for
 * a few near the edges, which are added tap by tap.
 *
 * In a depthwise convolution each output channel has its own input: both are vectors.
 */
import type { KernelBuilder, Operand, Vertex } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import { spansOf } from '../../define/nest.ts';
import { numberOf } from '../../plane/plane.ts';
import { storeAlong, storeEnd } from '../../plane/store.ts';
import { shareUnits } from '../../plane/units.ts';
import { registerType, startBytes, strideBytes } from '../../plane/views.ts';
import { axesOf, type WeightGradientAttributes } from './axes.ts';
import { placesAxis } from './places.ts';
import { type Memory, sumTile, type Tile, type Writer } from './tile-sum.ts';

/** Output channels and input channels of a tile, widest first; two vectors by four inputs keep eight sums under way. */
const outputWidths = [8, 4];
const inputWidths = [4, 3, 2];
/** The same for taps, where there is one input channel. */
const tapWidths = [5, 4, 3, 2];

/** Slopes have neighbouring output channels side by side; in a depthwise convolution the inputs have too. */
export function suitsDirect({ variant, box, operands: [x, slopes] }: Vertex<WeightGradientAttributes>): boolean {
  const touch = (view: typeof x): boolean =>
    view.layout.block === undefined && view.region.step[1] === 1 && (view.strides[1] === 1 || box.count[0] === 1);
  return touch(slopes) && (variant === 'depthwise' ? touch(x) : x.layout.block === undefined);
}

type Turns = ReturnType<typeof spansOf>[number];

export function directWeightGradient(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>): void {
  const { context, box, operands } = vertex;
  const { taps, batch } = axesOf(operands[0].type.shape.length - 2);
  const isDepthwise = vertex.variant === 'depthwise';
  const axes = taps.map((_, i) => placesAxis(k, vertex, i));
  const first = [isDepthwise ? box.start[0] : box.start[1], box.start[0]];
  const [x, slopes] = operands.map(
    (view, slot): Memory => ({
      base: startBytes(k, slot, view, [view.region.start[0], first[slot], ...view.region.start.slice(2)]),
      batchBytes: k.field(strideBytes(view, 0)),
      channelBytes: view.strides[1] === 1 || slot === 1 || isDepthwise ? 4 : k.field(strideBytes(view, 1)),
      placeBytes: taps.map(axis => k.field(strideBytes(view, axis))),
      stepBytes: taps.map((axis, i) => k.field(strideBytes(view, axis) * (slot === 0 ? axes[i].across : 1))),
    }),
  );
  const writer: Writer = {
    k,
    vertex,
    axes,
    element: registerType(context.result.element),
    images: k.field(box.count[batch]),
    x,
    slopes,
  };
  const tapSpans = spansOf(box.count[taps[taps.length - 1]], box.count[1] === 1 ? tapWidths : []);
  for (const outputs of outputSpans(box.count[0])) {
    for (const inputs of spansOf(box.count[1], inputWidths)) {
      for (const span of tapSpans) emitTiles(writer, outputs, inputs, span);
    }
  }
}

type Span = Turns & { readonly skipped: number };

/** What is left behind whole vectors is the end of one more vector, as far as there are so many. */
function outputSpans(count: number): readonly Span[] {
  const spans = spansOf(count, outputWidths).map(span => ({ ...span, skipped: 0 }));
  const rest = count % 4;
  if (count < 4 || rest === 0) return spans;
  return [...spans.slice(0, -1), { start: count - 4, width: 4, turns: 1, skipped: 4 - rest }];
}

/** All tiles of one size, for all taps, shared by the workers. */
function emitTiles(writer: Writer, outputs: Span, inputs: Turns, taps: Turns): void {
  const { k, axes } = writer;
  const at = ({ width, start }: Turns, turn: Operand): Operand => k.add(k.mul(turn, width), numberOf(k, start));
  const rows = axes.slice(0, -1).map(axis => axis.taps);
  const counts = [...[outputs, inputs].map(({ turns }) => numberOf(k, turns)), ...rows, numberOf(k, taps.turns)];
  shareUnits(k, counts, ([o, i, ...tap]) => {
    const tile: Tile = {
      output: at(outputs, o),
      outputs: outputs.width,
      skipped: outputs.skipped,
      input: at(inputs, i),
      inputs: inputs.width,
      taps: taps.width,
    };
    emitTile(writer, tile, [...tap.slice(0, -1), at(taps, tap[tap.length - 1])]);
  });
}

function emitTile(writer: Writer, tile: Tile, tap: readonly Operand[]): void {
  const { k, vertex, element } = writer;
  const type = tile.outputs === 1 ? element : vectorOf(element);
  const vectors = Math.ceil(tile.outputs / 4);
  const sums = Array.from({ length: tile.taps * tile.inputs * vectors }, () => k.cell(k.constant(type, 0)));
  sumTile(writer, tile, tap, type, sums);
  const cursor = vertex.sink.at([tile.output, tile.input, ...tap]);
  sums.forEach((sum, at) => {
    const [row, v] = [Math.floor(at / vectors), at % vectors];
    const [t, i] = [Math.floor(row / tile.inputs), row % tile.inputs];
    const offset: [number, number][] = [];
    if (i > 0) offset.push([1, i]);
    if (t > 0) offset.push([1 + tap.length, t]);
    if (tile.skipped > 0) storeEnd(k, cursor, 0, k.get(sum), tile.skipped, offset);
    else storeAlong(k, vertex.sink, cursor, 0, k.get(sum), v > 0 ? [...offset, [0, 4 * v]] : offset);
  });
}
