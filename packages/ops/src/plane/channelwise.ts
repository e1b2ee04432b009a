/**
 * Windows that never mix channels: depthwise convolution and pooling. Vectors run over the channels, several pixels to a tile.
 *
 * In the interior a row of taps is unrolled: every input element is loaded once and meets all pixels of the tile whose windows hold it.
 * At the left and right edge there are single pixels with clipped loops over taps; rows are clipped everywhere.
 * Order: rows, tiles along the row, channels innermost, so that neighbouring tiles find their common inputs in the cache.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand, Sink } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import type { Walk } from '../define/window.ts';
import { interior } from '../define/window.ts';
import type { Run, Shape } from './cut.ts';
import { cutInto } from './cut.ts';
import type { Clip } from './plane.ts';
import { numberOf } from './plane.ts';
import { storeAlong } from './store.ts';
import type { TapRange } from './taps.ts';
import { tapsAt } from './taps.ts';
import { enoughUnits, shareUnits } from './units.ts';

/** One spatial axis as numbers. */
export interface ChannelLine {
  readonly walk: Walk;
  readonly inputBytes: number;
  readonly weightBytes: number;
  /** The result's axis, -1 where there is none. */
  readonly result: number;
}

export interface ChannelPlane {
  readonly element: 'f32' | 'i32';
  readonly batch: { readonly count: number; readonly inputBytes: number };
  readonly rows: ChannelLine;
  readonly columns: ChannelLine;
  readonly channels: number;
  /** Addresses of the first elements. */
  readonly input: KernelValue;
  /** Channels of the weights are neighbours. */
  readonly weights?: KernelValue;
  readonly initial: number;
  readonly combine: (
    k: KernelBuilder,
    sum: KernelValue,
    x: KernelValue,
    weight: KernelValue | undefined,
  ) => KernelValue;
  /** What becomes of a window's sum, given the result's place (relative to the box) and the taps there were. */
  readonly finish?: (place: WindowPlace) => (sum: KernelValue) => KernelValue;
}

/** One axis of the place of a window; in the interior the taps are all there and the index is of no interest. */
export interface AxisPlace {
  readonly index?: Operand;
  readonly taps: Operand;
}

export interface WindowPlace {
  readonly row: AxisPlace;
  readonly column: AxisPlace;
}

/** The row of a plane that has none. */
export function singleLine(): ChannelLine {
  return {
    walk: { results: 1, taps: 1, first: 0, across: 0, along: 0, extent: 1 },
    inputBytes: 0,
    weightBytes: 0,
    result: -1,
  };
}

/** Taps in a row that are still unrolled. */
const unrolledTaps = 7;

export function emitChannelwise(k: KernelBuilder, sink: Sink, plane: ChannelPlane): void {
  new ChannelwiseEmitter(k, sink, plane).emit();
}

/** What a tile of one kind needs: where it is, how wide it is, which taps its windows have. */
interface Tile {
  readonly batch: Operand;
  readonly row: Operand;
  readonly rowTaps: TapRange;
  readonly column: Operand;
  readonly width: number;
  /** Absent in the interior. */
  readonly columnTaps?: TapRange;
}

class ChannelwiseEmitter {
  readonly #k: KernelBuilder;
  readonly #sink: Sink;
  readonly #plane: ChannelPlane;
  readonly #batch: { readonly count: Operand; readonly inputBytes: Operand };
  readonly #rows: AxisRegisters;
  readonly #columns: AxisRegisters;

  constructor(k: KernelBuilder, sink: Sink, plane: ChannelPlane) {
    this.#k = k;
    this.#sink = sink;
    this.#plane = plane;
    this.#batch = { count: numberOf(k, plane.batch.count), inputBytes: numberOf(k, plane.batch.inputBytes) };
    this.#rows = axisRegisters(k, plane.rows);
    this.#columns = axisRegisters(k, plane.columns);
  }

  emit(): void {
    const { walk } = this.#plane.columns;
    const [from, to] = interior(walk);
    let first = from;
    for (const run of cutInto(to - from, shapesOf(walk, this.#plane.weights !== undefined))) {
      this.#interior(run, first);
      first += run.width * run.tiles;
    }
    if (to - from < walk.results) this.#edges(from, to);
  }

  #interior(run: Run, first: number): void {
    const k = this.#k;
    const { walk } = this.#plane.rows;
    const tiles = numberOf(k, run.tiles);
    const start = numberOf(k, first);
    const tile = (batch: Operand, row: Operand, rowTaps: TapRange, index: Operand): void =>
      this.#tile({ batch, row, rowTaps, column: k.add(k.mul(index, run.width), start), width: run.width });
    const fine = walk.results * this.#plane.batch.count < enoughUnits;
    shareUnits(k, [this.#batch.count, this.#rows.count, fine ? tiles : 1], ([batch, row, index]) => {
      const rowTaps = tapsAt(k, this.#rows.taps, this.#rows.clip, row);
      if (fine) tile(batch, row, rowTaps, index);
      else k.loop(0, tiles, turn => tile(batch, row, rowTaps, turn));
    });
  }

  #edges(from: number, to: number): void {
    const k = this.#k;
    const { results } = this.#plane.columns.walk;
    const low = numberOf(k, from);
    const skip = numberOf(k, to - from);
    shareUnits(k, [this.#batch.count, this.#rows.count], ([batch, row]) => {
      const rowTaps = tapsAt(k, this.#rows.taps, this.#rows.clip, row);
      k.loop(0, numberOf(k, results - (to - from)), i => {
        const column = skip === 0 ? i : k.add(i, k.select(k.lt(i, low), k.i32(0), skip));
        const columnTaps = tapsAt(k, this.#columns.taps, this.#columns.clip, column);
        this.#tile({ batch, row, rowTaps, column, width: 1, columnTaps });
      });
    });
  }

  /** All channels of a tile: whole vectors, then one by one. */
  #tile(tile: Tile): void {
    const k = this.#k;
    const { channels, element } = this.#plane;
    const vectors = Math.floor(channels / 4);
    const start = this.#addresses(tile);
    const finish = this.#plane.finish?.({
      row: { index: tile.row, taps: tile.rowTaps.count },
      column: tile.columnTaps
        ? { index: tile.column, taps: tile.columnTaps.count }
        : { taps: this.#plane.columns.walk.taps },
    });
    const some = (type: KernelType, from: Operand, to: Operand, step: number): void =>
      k.loop(from, to, channel => this.#channels(tile, type, start, channel, finish), step);
    if (vectors > 0) some(vectorOf(element), 0, numberOf(k, 4 * vectors), 4);
    if (channels % 4 > 0) some(element, numberOf(k, 4 * vectors), numberOf(k, channels), 1);
  }

  /** Where the tile's first pixel has its first tap, and where that tap's weights lie; channel 0. */
  #addresses({ batch, row, rowTaps, column, columnTaps }: Tile): {
    readonly input: KernelValue;
    readonly weights: KernelValue | undefined;
  } {
    const k = this.#k;
    const from = columnTaps?.from ?? 0;
    const [rows, columns] = [this.#rows, this.#columns];
    const parts = [
      times(k, batch, this.#batch.inputBytes),
      rows.firstBytes,
      times(k, row, rows.acrossBytes),
      times(k, rowTaps.from, rows.alongBytes),
      columns.firstBytes,
      times(k, column, columns.acrossBytes),
      times(k, from, columns.alongBytes),
    ];
    const input = parts.reduce<KernelValue>((sum, part) => (part === 0 ? sum : k.add(sum, part)), this.#plane.input);
    const taps = [times(k, rowTaps.from, rows.weightBytes), times(k, from, columns.weightBytes)];
    const weights =
      this.#plane.weights &&
      taps.reduce<KernelValue>((sum, part) => (part === 0 ? sum : k.add(sum, part)), this.#plane.weights);
    return { input, weights };
  }

  #channels(
    tile: Tile,
    type: KernelType,
    start: { readonly input: KernelValue; readonly weights: KernelValue | undefined },
    channel: KernelValue,
    finish: ((sum: KernelValue) => KernelValue) | undefined,
  ): void {
    const k = this.#k;
    const { initial, columns } = this.#plane;
    const distance = k.mul(channel, 4);
    const sums = Array.from({ length: tile.width }, () => k.cell(k.constant(type, initial)));
    k.loop(0, tile.rowTaps.count, tap => {
      const input = k.add(k.add(start.input, distance), k.mul(tap, this.#rows.alongBytes));
      const weights = start.weights && k.add(k.add(start.weights, distance), k.mul(tap, this.#rows.weightBytes));
      if (tile.columnTaps === undefined && columns.walk.taps <= unrolledTaps) {
        this.#unrolledRow(type, sums, input, weights);
      } else {
        this.#loopedRow(type, sums, input, weights, tile.columnTaps?.count ?? this.#columns.taps);
      }
    });
    const at: Operand[] = [tile.batch, channel];
    if (this.#plane.rows.result >= 0) at[this.#plane.rows.result] = tile.row;
    at[columns.result] = tile.column;
    const cursor = this.#sink.at(at);
    sums.forEach((cell, p) => {
      const value = finish ? finish(k.get(cell)) : k.get(cell);
      storeAlong(k, this.#sink, cursor, 1, value, p > 0 ? [[columns.result, p]] : []);
    });
  }

  /** One row of taps: every input element is loaded once. */
  #unrolledRow(
    type: KernelType,
    sums: readonly KernelCell[],
    input: KernelValue,
    weights: KernelValue | undefined,
  ): void {
    const k = this.#k;
    const { walk, inputBytes, weightBytes } = this.#plane.columns;
    const taps = Array.from({ length: walk.taps }, (_, t) => t);
    const loaded = taps.map(t => weights && this.#load(type, weights, t, weightBytes, this.#columns.weightBytes));
    const last = (sums.length - 1) * walk.across + (walk.taps - 1) * walk.along;
    for (let position = 0; position <= last; position++) {
      const uses = taps.flatMap(t =>
        sums.flatMap((sum, p) => (p * walk.across + t * walk.along === position ? [{ sum, t }] : [])),
      );
      if (uses.length === 0) continue;
      const x = this.#load(type, input, position, inputBytes, this.#columns.inputBytes);
      for (const { sum, t } of uses) k.set(sum, this.#plane.combine(k, k.get(sum), x, loaded[t]));
    }
  }

  #loopedRow(
    type: KernelType,
    sums: readonly KernelCell[],
    input: KernelValue,
    weights: KernelValue | undefined,
    count: Operand,
  ): void {
    const k = this.#k;
    const columns = this.#columns;
    k.loop(0, count, tap => {
      const first = k.add(input, k.mul(tap, columns.alongBytes));
      const weight = weights && k.load(type, k.add(weights, k.mul(tap, columns.weightBytes)));
      sums.forEach((sum, p) => {
        const x = this.#load(
          type,
          first,
          p,
          this.#plane.columns.walk.across * this.#plane.columns.inputBytes,
          columns.acrossBytes,
        );
        k.set(sum, this.#plane.combine(k, k.get(sum), x, weight));
      });
    });
  }

  /** The element `steps` steps further on: a constant distance where numbers are part of the code. */
  #load(type: KernelType, address: KernelValue, steps: number, bytes: number, stepBytes: Operand): KernelValue {
    const k = this.#k;
    if (steps === 0) return k.load(type, address);
    if (k.specialised) return k.load(type, address, steps * bytes);
    return k.load(type, k.add(address, k.mul(stepBytes, steps)));
  }
}

interface AxisRegisters {
  readonly count: Operand;
  readonly taps: Operand;
  readonly inputBytes: Operand;
  readonly firstBytes: Operand;
  readonly acrossBytes: Operand;
  readonly alongBytes: Operand;
  readonly weightBytes: Operand;
  readonly clip: Clip | undefined;
}

function axisRegisters(k: KernelBuilder, { walk, inputBytes, weightBytes }: ChannelLine): AxisRegisters {
  const [from, to] = interior(walk);
  return {
    count: numberOf(k, walk.results),
    taps: numberOf(k, walk.taps),
    inputBytes: numberOf(k, inputBytes),
    firstBytes: numberOf(k, walk.first * inputBytes),
    acrossBytes: numberOf(k, walk.across * inputBytes),
    alongBytes: numberOf(k, walk.along * inputBytes),
    weightBytes: numberOf(k, weightBytes),
    clip: to - from < walk.results ? clipOf(k, walk) : undefined,
  };
}

function clipOf(k: KernelBuilder, { first, across, along, extent }: Walk): Clip {
  return {
    first: k.field(first),
    across: numberOf(k, across),
    along: along <= 1 ? along : k.field(along),
    extent: k.field(extent),
  };
}

function times(k: KernelBuilder, index: Operand, bytes: Operand): Operand {
  return index === 0 || bytes === 0 ? 0 : k.mul(index, bytes);
}

/** Tiles by what a row of taps costs: two operations and two loads a cycle. */
function shapesOf(walk: Walk, weighted: boolean): readonly Shape[] {
  const shapes: Shape[] = [];
  const weights = weighted ? walk.taps : 0;
  for (let width = 1; width <= 8; width++) {
    if (width > 1 && width + weights + 1 > 15) break;
    const unrolled = walk.taps <= unrolledTaps;
    const inputs = unrolled ? new Set(positions(walk, width)).size : width * walk.taps;
    shapes.push({ width, group: 1, cycles: Math.max(width * walk.taps, inputs + weights) / 2 + 1 });
  }
  return shapes;
}

function positions(walk: Walk, width: number): readonly number[] {
  return Array.from({ length: width * walk.taps }, (_, i) => {
    return Math.floor(i / walk.taps) * walk.across + (i % walk.taps) * walk.along;
  });
}
