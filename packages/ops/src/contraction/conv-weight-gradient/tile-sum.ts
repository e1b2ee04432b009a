/**
 * The sums of one tile of the weights' gradient, over batch and space. Addresses move on where their loop turns, so that the innermost
 * loop adds least; the order of a sum depends on the tile alone.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand, Vertex } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import { strideBytes } from '../../plane/views.ts';
import type { WeightGradientAttributes } from './axes.ts';
import type { ChannelVector } from './cuts.ts';
import type { PlacesAxis } from './places.ts';

/** A kernel being written, and where its operands lie. */
export interface Writer {
  readonly k: KernelBuilder;
  readonly vertex: Vertex<WeightGradientAttributes>;
  readonly axes: readonly PlacesAxis[];
  readonly element: 'f32' | 'i32';
  readonly images: Operand;
  readonly x: Memory;
  readonly slopes: Memory;
}

/** An operand from the element of the vertex's first image and channel on, at its region's first place. */
export interface Memory {
  readonly base: KernelValue;
  readonly batchBytes: Operand;
  readonly channelBytes: Operand;
  readonly placeBytes: readonly Operand[];
  /** From one slope to the next along each spatial axis. */
  readonly stepBytes: readonly Operand[];
}

/** Output channels from `output` on and input channels from `input` on, counted in the box. */
export interface Tile {
  readonly output: Operand;
  /** Of output channels; none: a single one. */
  readonly vectors: readonly ChannelVector[];
  readonly input: Operand;
  readonly inputs: number;
  /** The channel of the input's memory where the tile's inputs begin. */
  readonly source: Operand;
  /** How many taps of the last axis. */
  readonly taps: number;
}

/** Adds up a tile in its cells: per tap, then input channel, the vectors of output channels. */
export function sumTile(
  writer: Writer,
  tile: Tile,
  tap: readonly Operand[],
  type: KernelType,
  sums: readonly KernelCell[],
): void {
  const { k, axes, x, slopes, images } = writer;
  const last = axes.length - 1;
  const ranges = axes.slice(0, last).map((axis, i) => axis.placesAt(tap[i]));
  // On the last axis addresses begin at place 0, wherever the first place is.
  const place = (axis: number): Operand => (axis < last ? ranges[axis].from : 0);
  const from = startOf(k, x, tile.source, axis => axes[axis].position(tap[axis], place(axis)));
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
  const channels = tile.vectors.length === 0 ? [0] : tile.vectors.map(({ at }) => at);
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
    const slopeVectors = channels.map(channel => k.load(type, slope, 4 * channel));
    for (const t of taps) {
      for (let i = 0; i < tile.inputs; i++) {
        const at = k.add(k.add(input, tapDistances[t]), distances[i]);
        const offset = typeof channelBytes === 'number' ? i * channelBytes : 0;
        const shared = isDepthwise ? undefined : repeated(k, type, at, offset);
        slopeVectors.forEach((vector, v) => {
          const sum = sums[(t * tile.inputs + i) * channels.length + v];
          const value = shared ?? k.load(type, at, 4 * channels[v]);
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
