/**
 * The sums of one tile of `conv_weight_gradient` over batch and space. Each loop advances the addresses it changes, so that the innermost
 * loop has the fewest additions. The order in which a sum is made depends on the tile alone.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { bytesOf, strideBytes } from '../../plane/views.ts';
import type { WeightGradientAttributes } from './axes.ts';
import type { ChannelVector } from './cuts.ts';
import type { PlacesAxis } from './places.ts';

/** What the functions that write the kernel have in common. */
export interface TileSumWriter {
  readonly k: KernelBuilder;
  readonly vertex: Vertex<WeightGradientAttributes>;
  readonly axes: readonly PlacesAxis[];
  readonly element: 'f32' | 'i32';
  readonly images: Operand;
  readonly x: OperandPlace;
  readonly slopes: OperandPlace;
}

/** An operand: the address of its element in the vertex's first image and channel at the start of its region, and distances in bytes. */
export interface OperandPlace {
  readonly base: KernelValue;
  readonly batchBytes: Operand;
  readonly channelBytes: Operand;
  readonly placeBytes: readonly Operand[];
  /** The distance that goes with one step from slope to slope along each spatial axis. */
  readonly stepBytes: readonly Operand[];
}

/** The output channels that begin with `output`, and the `inputs` input channels that begin with `input`, counted in the box. */
export interface SumTile {
  readonly output: Operand;
  /** The vectors of output channels; none if the tile has a single one. */
  readonly vectors: readonly ChannelVector[];
  readonly input: Operand;
  readonly inputs: number;
  /** The first input channel as counted in the memory of the input. */
  readonly source: Operand;
  /** How many taps of the last axis. */
  readonly taps: number;
}

/**
 * Computes the sums of a tile in the cells `sums`, whose order is: taps, then input channels, then vectors of output channels. `tap` is the
 * first tap.
 */
export function sumTile(
  writer: TileSumWriter,
  tile: SumTile,
  tap: readonly Operand[],
  type: KernelType,
  sums: readonly KernelCell[],
): void {
  const { k, axes, x, slopes, images } = writer;
  const last = axes.length - 1;
  const ranges = axes.slice(0, last).map((axis, i) => axis.placesAt(tap[i]));
  // On the last axis addresses are those of place 0, whichever place is the first.
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

/** The places `[from, to)` that lie inside the input for all these taps, which are counted in the tile. */
interface PlaceRun {
  readonly from: Operand;
  readonly to: Operand;
  readonly taps: readonly number[];
}

/** The places that all taps have in common, and then, for each tap, the others before and after them. */
function runsOf(k: KernelBuilder, axis: PlacesAxis, tap: Operand, count: number): readonly PlaceRun[] {
  const own = Array.from({ length: count }, (_, t): PlaceRun => {
    const { from, count: places } = axis.placesAt(k.add(tap, t));
    return { from, to: k.add(from, places), taps: [t] };
  });
  if (count === 1) return own;
  const from = own.map(run => run.from).reduce((a, b) => k.max(a, b));
  const to = k.max(
    own.map(run => run.to).reduce((a, b) => k.min(a, b)),
    from,
  );
  const edges = own.flatMap((run): readonly PlaceRun[] => [
    { ...run, to: k.min(run.to, from) },
    { ...run, from: k.max(run.from, to) },
  ]);
  return [{ from, to, taps: own.flatMap(({ taps }) => taps) }, ...edges];
}

/** Gives a function that adds what one slope contributes to some of the taps of a tile. */
function placeSum(
  { k, vertex, axes, x, element }: TileSumWriter,
  tile: SumTile,
  type: KernelType,
  sums: readonly KernelCell[],
) {
  const isDepthwise = vertex.variant === 'depthwise';
  const channels = tile.vectors.length === 0 ? [0] : tile.vectors.map(({ at }) => at);
  const last = axes.length - 1;
  const [view, slopeView] = vertex.operands;
  const tapBytes = strideBytes(view, 2 + last) * axes[last].along;
  const tapDistances = Array.from({ length: tile.taps }, (_, t) => (t === 0 ? 0 : k.field(t * tapBytes)));
  // Channels that are neighbours in memory are read at constant distances; for others, the distances are worked out before the loops.
  const { channelBytes } = x;
  const distances = Array.from({ length: tile.inputs }, (_, i) =>
    typeof channelBytes === 'number' || i === 0 ? 0 : k.mul(channelBytes, i),
  );
  return (input: KernelValue, slope: KernelValue, taps: readonly number[]): void => {
    const slopeVectors = channels.map(channel => k.load(type, slope, bytesOf(slopeView) * channel));
    for (const t of taps) {
      for (let i = 0; i < tile.inputs; i++) {
        const at = k.add(k.add(input, tapDistances[t]), distances[i]);
        const offset = typeof channelBytes === 'number' ? i * channelBytes : 0;
        const shared = isDepthwise ? undefined : repeated(k, type, at, offset);
        slopeVectors.forEach((vector, v) => {
          const sum = sums[(t * tile.inputs + i) * channels.length + v];
          const value = shared ?? k.load(type, at, bytesOf(view) * channels[v]);
          k.set(sum, element === 'f32' ? k.fma(value, vector, k.get(sum)) : k.add(k.get(sum), k.mul(value, vector)));
        });
      }
    }
  };
}

/** One element, copied into all lanes of the type. */
function repeated(k: KernelBuilder, type: KernelType, address: KernelValue, offset: number): KernelValue {
  return vectorOf(type) === type ? k.loadSplat(type, address, offset) : k.load(type, address, offset);
}

function startOf(
  k: KernelBuilder,
  memory: OperandPlace,
  channel: Operand,
  position: (axis: number) => Operand,
): KernelValue {
  const start = k.add(memory.base, k.mul(channel, memory.channelBytes));
  return memory.placeBytes.reduce<KernelValue>((at, bytes, axis) => k.add(at, k.mul(position(axis), bytes)), start);
}

interface BothLoop {
  readonly count: Operand;
  readonly input: Operand;
  readonly slope: Operand;
}

/** Writes `body` inside nested loops, each of which advances both addresses. */
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
