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
import type { Cursor, KernelBuilder, KernelCell, KernelType, KernelValue, Operand, Vertex } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import { spansOf } from '../../define/nest.ts';
import { numberOf } from '../../plane/plane.ts';
import { type Offset, storeAlong } from '../../plane/store.ts';
import { shareUnits } from '../../plane/units.ts';
import { registerType, startBytes, strideBytes } from '../../plane/views.ts';
import { axesOf, type WeightGradientAttributes } from './conv-weight-gradient.ts';
import { type PlacesAxis, placesAxis } from './places.ts';

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
  /** From one slope to the next along each spatial axis. */
  readonly stepBytes: readonly Operand[];
}

type Turns = ReturnType<typeof spansOf>[number];

/** Channels `output …` and `input …` of the box, so many to a tile; of the first `skipped` outputs another tile takes care. */
interface Tile {
  readonly output: Operand;
  readonly outputs: number;
  readonly skipped: number;
  readonly input: Operand;
  readonly inputs: number;
  /** How many taps of the last axis. */
  readonly taps: number;
}

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
    if (tile.skipped > 0) storeEnd(k, cursor, k.get(sum), tile.skipped, offset);
    else storeAlong(k, vertex.sink, cursor, 0, k.get(sum), v > 0 ? [...offset, [0, 4 * v]] : offset);
  });
}

/** The lanes from `first` on. */
function storeEnd(k: KernelBuilder, cursor: Cursor, vector: KernelValue, first: number, offset: Offset): void {
  for (let lane = first; lane < 4; lane++) cursor.store(k.extract(vector, lane), [...offset, [0, lane]]);
}

function sumTile(
  writer: Writer,
  tile: Tile,
  tap: readonly Operand[],
  type: KernelType,
  sums: readonly KernelCell[],
): void {
  const { k, vertex, axes, x, slopes, images } = writer;
  const last = axes.length - 1;
  const ranges = axes.slice(0, last).map((axis, i) => axis.placesAt(tap[i]));
  // On the last axis addresses begin at place 0, wherever the first place is.
  const place = (axis: number): Operand => (axis < last ? ranges[axis].from : 0);
  const channel = vertex.variant === 'depthwise' ? tile.output : tile.input;
  const from = startOf(k, x, channel, axis => axes[axis].position(tap[axis], place(axis)));
  const slopesFrom = startOf(k, slopes, tile.output, place);
  const runs = runsOf(k, axes[last], tap[last], tile.taps);
  const add = placeSum(writer, tile, type, sums);
  const loops = [
    { count: images, input: x.batchBytes, slope: slopes.batchBytes },
    ...ranges.map(({ count }, i) => ({ count, input: x.stepBytes[i], slope: slopes.stepBytes[i] })),
  ];
  walkBoth(k, loops, from, slopesFrom, (input, slope) => {
    for (const { from: first, to, taps } of runs) {
      k.loop(first, to, at =>
        add(k.add(input, k.mul(at, x.stepBytes[last])), k.add(slope, k.mul(at, slopes.stepBytes[last])), taps),
      );
    }
  });
}

/** Slopes from `from` up to `to` that these taps of a tile, counted in it, meet inside the input. */
interface Run {
  readonly from: Operand;
  readonly to: Operand;
  readonly taps: readonly number[];
}

/** The slopes that all taps meet, then for each tap those before and behind them that it meets besides. */
function runsOf(k: KernelBuilder, axis: PlacesAxis, tap: Operand, count: number): readonly Run[] {
  const own = Array.from({ length: count }, (_, t): Run => {
    const { from, count: places } = axis.placesAt(k.add(tap, t));
    return { from, to: k.add(from, places), taps: [t] };
  });
  if (count === 1) return own;
  const from = own.map(run => run.from).reduce((a, b) => k.max(a, b));
  const to = k.max(
    own.map(run => run.to).reduce((a, b) => k.min(a, b)),
    from,
  );
  const edges = own.flatMap((run): readonly Run[] => [
    { ...run, to: k.min(run.to, from) },
    { ...run, from: k.max(run.from, to) },
  ]);
  return [{ from, to, taps: own.flatMap(({ taps }) => taps) }, ...edges];
}

/** Adds what one slope contributes to some of a tile's taps. */
function placeSum({ k, vertex, axes, x, element }: Writer, tile: Tile, type: KernelType, sums: readonly KernelCell[]) {
  const isDepthwise = vertex.variant === 'depthwise';
  const vectors = Math.ceil(tile.outputs / 4);
  const last = axes.length - 1;
  const view = vertex.operands[0];
  const tapBytes = strideBytes(view, 2 + last) * axes[last].along;
  const tapDistances = Array.from({ length: tile.taps }, (_, t) => (t === 0 ? 0 : k.field(t * tapBytes)));
  // Neighbours are read at constant distances; others at distances that no loop changes.
  const { channelBytes } = x;
  const distances = Array.from({ length: tile.inputs }, (_, i) =>
    typeof channelBytes === 'number' || i === 0 ? 0 : k.mul(channelBytes, i),
  );
  return (input: KernelValue, slope: KernelValue, taps: readonly number[]): void => {
    const slopeVectors = Array.from({ length: vectors }, (_, v) => k.load(type, slope, 16 * v));
    for (const t of taps) {
      for (let i = 0; i < tile.inputs; i++) {
        const at = k.add(k.add(input, tapDistances[t]), distances[i]);
        const offset = typeof channelBytes === 'number' ? i * channelBytes : 0;
        const shared = isDepthwise ? undefined : repeated(k, type, at, offset);
        slopeVectors.forEach((vector, v) => {
          const sum = sums[(t * tile.inputs + i) * vectors + v];
          const value = shared ?? k.load(type, at, 16 * v);
          k.set(sum, element === 'f32' ? k.fma(value, vector, k.get(sum)) : k.add(k.get(sum), k.mul(value, vector)));
        });
      }
    }
  };
}

/** One element in all lanes there are. */
function repeated(k: KernelBuilder, type: KernelType, address: KernelValue, offset: number): KernelValue {
  return vectorOf(type) === type ? k.loadSplat(type, address, offset) : k.load(type, address, offset);
}

function startOf(k: KernelBuilder, memory: Memory, channel: Operand, position: (axis: number) => Operand): KernelValue {
  const start = k.add(memory.base, k.mul(channel, memory.channelBytes));
  return memory.placeBytes.reduce<KernelValue>((at, bytes, axis) => k.add(at, k.mul(position(axis), bytes)), start);
}

interface BothLoop {
  readonly count: Operand;
  readonly input: Operand;
  readonly slope: Operand;
}

/** Loops inside loops over two addresses, each moved on where its loop turns, so that the innermost adds least. */
function walkBoth(
  k: KernelBuilder,
  [loop, ...inner]: readonly BothLoop[],
  input: KernelValue,
  slope: KernelValue,
  body: (input: KernelValue, slope: KernelValue) => void,
): void {
  if (loop === undefined) body(input, slope);
  else {
    k.loop(0, loop.count, turn => {
      walkBoth(k, inner, k.add(input, k.mul(turn, loop.input)), k.add(slope, k.mul(turn, loop.slope)), body);
    });
  }
}
