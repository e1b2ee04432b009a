/**
 * The weights' gradient in register tiles: for one tap a tile of input channels × output channels is summed over batch and space, with
 * slopes as vectors over output channels and inputs repeated over the lanes. Nothing is lowered: a tap reads the input where it lies, and
 * near an edge walks fewer places.
 *
 * In a depthwise convolution each output channel has its own input: both are vectors.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand, Vertex } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import { spansOf } from '../../define/nest.ts';
import { nestedLoops } from '../../plane/nested-loops.ts';
import { numberOf } from '../../plane/plane.ts';
import { storeAlong } from '../../plane/store.ts';
import { shareUnits } from '../../plane/units.ts';
import { registerType, startBytes, strideBytes } from '../../plane/views.ts';
import { axesOf, type WeightGradientAttributes } from './conv-weight-gradient.ts';
import { type PlacesAxis, placesAxis } from './places.ts';

/** Output channels and input channels of a tile, widest first; two vectors by four inputs keep eight sums under way. */
const outputWidths = [8, 4];
const inputWidths = [4];

/** Slopes have neighbouring output channels side by side; in a depthwise convolution the inputs have too. */
export function suitsDirect({ variant, box, operands: [x, slopes] }: Vertex<WeightGradientAttributes>): boolean {
  const touch = (view: typeof x): boolean =>
    view.layout.block === undefined && view.region.step[1] === 1 && (view.strides[1] === 1 || box.count[0] === 1);
  return touch(slopes) && (variant === 'depthwise' ? touch(x) : x.layout.block === undefined);
}

interface Writer {
  readonly k: KernelBuilder;
  readonly vertex: Vertex<WeightGradientAttributes>;
  readonly axes: readonly PlacesAxis[];
  readonly element: 'f32' | 'i32';
  readonly images: Operand;
  readonly x: Memory;
  readonly slopes: Memory;
}

/** An operand from the element of the vertex's first image and channel on, at its region's first place. */
interface Memory {
  readonly base: KernelValue;
  readonly batchBytes: Operand;
  readonly channelBytes: Operand;
  readonly placeBytes: readonly Operand[];
}

/** Channels `first …` of the box, so many to a tile. */
interface Tile {
  readonly output: Operand;
  readonly outputs: number;
  readonly input: Operand;
  readonly inputs: number;
}

export function directWeightGradient(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>): void {
  const { context, box, operands } = vertex;
  const { taps, batch } = axesOf(operands[0].type.shape.length - 2);
  const isDepthwise = vertex.variant === 'depthwise';
  const first = [isDepthwise ? box.start[0] : box.start[1], box.start[0]];
  const [x, slopes] = operands.map(
    (view, slot): Memory => ({
      base: startBytes(k, slot, view, [view.region.start[0], first[slot], ...view.region.start.slice(2)]),
      batchBytes: k.field(strideBytes(view, 0)),
      channelBytes: slot === 1 || isDepthwise ? 4 : k.field(strideBytes(view, 1)),
      placeBytes: taps.map(axis => k.field(strideBytes(view, axis))),
    }),
  );
  const writer: Writer = {
    k,
    vertex,
    axes: taps.map((_, i) => placesAxis(k, vertex, i)),
    element: registerType(context.result.element),
    images: k.field(box.count[batch]),
    x,
    slopes,
  };
  for (const outputs of spansOf(box.count[0], outputWidths)) {
    for (const inputs of spansOf(box.count[1], inputWidths)) emitTiles(writer, outputs, inputs);
  }
}

type Span = ReturnType<typeof spansOf>[number];

/** All tiles of one size, for all taps, shared by the workers. */
function emitTiles(writer: Writer, outputs: Span, inputs: Span): void {
  const { k, axes } = writer;
  const at = (span: Span, turn: Operand): Operand => k.add(k.mul(turn, span.width), numberOf(k, span.start));
  const counts = [numberOf(k, outputs.turns), numberOf(k, inputs.turns), ...axes.map(({ taps }) => taps)];
  shareUnits(k, counts, ([o, i, ...tap]) => {
    const tile = { output: at(outputs, o), outputs: outputs.width, input: at(inputs, i), inputs: inputs.width };
    emitTile(writer, tile, tap);
  });
}

function emitTile(writer: Writer, tile: Tile, tap: readonly Operand[]): void {
  const { k, vertex, element } = writer;
  const type = tile.outputs === 1 ? element : vectorOf(element);
  const vectors = Math.ceil(tile.outputs / 4);
  const sums = Array.from({ length: tile.inputs * vectors }, () => k.cell(k.constant(type, 0)));
  sumTile(writer, tile, tap, type, sums);
  const cursor = vertex.sink.at([tile.output, tile.input, ...tap]);
  sums.forEach((sum, at) => {
    const [i, v] = [Math.floor(at / vectors), at % vectors];
    const offset: [number, number][] = [];
    if (i > 0) offset.push([1, i]);
    if (v > 0) offset.push([0, 4 * v]);
    storeAlong(k, vertex.sink, cursor, 0, k.get(sum), offset);
  });
}

function sumTile(
  writer: Writer,
  tile: Tile,
  tap: readonly Operand[],
  type: KernelType,
  sums: readonly KernelCell[],
): void {
  const { k, vertex, axes, x, slopes, images, element } = writer;
  const isDepthwise = vertex.variant === 'depthwise';
  const vectors = sums.length / tile.inputs;
  const ranges = axes.map((axis, i) => axis.placesAt(tap[i]));
  const xBase = k.add(x.base, k.mul(isDepthwise ? tile.output : tile.input, x.channelBytes));
  const slopeBase = k.add(slopes.base, k.mul(tile.output, slopes.channelBytes));
  nestedLoops(k, [images, ...ranges.map(({ count }) => count)], ([n, ...turns]) => {
    const places = turns.map((turn, i) => k.add(turn, ranges[i].from));
    const positions = axes.map((axis, i) => axis.position(tap[i], places[i]));
    const from = addressAt(k, x, xBase, n, positions);
    const slope = addressAt(k, slopes, slopeBase, n, places);
    const slopeVectors = Array.from({ length: vectors }, (_, v) => k.load(type, slope, 16 * v));
    for (let i = 0; i < tile.inputs; i++) {
      const inputAt = i === 0 ? from : k.add(from, k.mul(x.channelBytes as KernelValue, i));
      slopeVectors.forEach((vector, v) => {
        const value =
          isDepthwise || type === element
            ? k.load(type, inputAt, isDepthwise ? 16 * v : 0)
            : k.loadSplat(type, inputAt);
        const sum = sums[i * vectors + v];
        k.set(sum, element === 'f32' ? k.fma(value, vector, k.get(sum)) : k.add(k.get(sum), k.mul(value, vector)));
      });
    }
  });
}

function addressAt(
  k: KernelBuilder,
  memory: Memory,
  base: KernelValue,
  image: Operand,
  positions: readonly Operand[],
): KernelValue {
  const start = k.add(base, k.mul(image, memory.batchBytes));
  return positions.reduce<KernelValue>(
    (address, position, i) => k.add(address, k.mul(position, memory.placeBytes[i])),
    start,
  );
}
