/**
 * The kernel for windows over bytes that do not mix channels: depthwise convolutions of 8 bits.
 *
 * Four rows of a window lie one below the other; the bytes that a column of it has in these rows are brought together, channel by channel
 * (by interleaving the bytes of two rows, and then pairs of these), so that one instruction multiplies them with the weights of the column and adds
 * up the products. A column is brought together once and used for all pixels of a tile whose windows contain it. Vectors run over the
 * channels, two of them at once; weights lie as `[kw][kh/4][C][4]`. Rows outside of the input count as zeros.
 *
 * The rows are computed one after the other, so that results may be written over the input, behind the reads.
 */
import type { KernelBuilder, KernelCell, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Sink } from '@tessera-dnn/graph/op';
import { interior, type WindowWalk } from '../define/window.ts';
import { cutInto, type Shape } from './cut.ts';
import { clipOf, numberOf } from './plane.ts';
import { type ByteProducts, bytesAtOnce, type DigitProducts, digitsOf } from './products.ts';
import { storeAlong } from './store.ts';
import { type TapRange, tapsAt } from './taps.ts';
import { shareUnits } from './units.ts';

/** One spatial axis: how its windows move, the bytes of input from position to position, and the axis of the result. */
export interface ByteLine {
  readonly walk: WindowWalk;
  readonly inputBytes: number;
  readonly result: number;
}

/** What to compute. */
export interface ByteChannelPlane {
  readonly products: ByteProducts;
  readonly batch: { readonly count: number; readonly inputBytes: number };
  readonly rows: ByteLine;
  readonly columns: ByteLine;
  /** A multiple of four. */
  readonly channels: number;
  /** The addresses of the first element of the input, and of the weights. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
  /** Bytes of weights from column to column, and from four rows to the next four. */
  readonly columnBytes: number;
  readonly groupBytes: number;
}

/** A plane with its numbers in registers. */
interface Writer {
  readonly k: KernelBuilder;
  readonly sink: Sink;
  readonly plane: ByteChannelPlane;
  readonly rowBytes: Operand;
  readonly positionBytes: Operand;
  readonly columnBytes: Operand;
  readonly groupBytes: Operand;
}

/** Where the windows of a row of results lie. */
interface RowPlace {
  readonly batch: Operand;
  readonly row: Operand;
  readonly taps: TapRange;
  /** The address of the first column of the input in the first row of the window, which may be outside of the input. */
  readonly input: KernelValue;
  /** Whether some rows of the window are outside of the input. */
  readonly clipped: boolean;
}

/**
 * Neighbouring pixels of a row. In the interior, windows have all their columns. Outside of it, a tile says between which positions of the input,
 * counted from its first pixel's first column, there are columns; or it is one pixel, whose taps are known when the kernel runs.
 */
interface Tile {
  readonly column: Operand;
  readonly width: number;
  readonly inside?: readonly [from: number, to: number];
  readonly taps?: TapRange;
}

/** Writes the whole kernel of `plane`. */
export function emitByteChannels(k: KernelBuilder, sink: Sink, plane: ByteChannelPlane): void {
  const { rows, columns, batch } = plane;
  const writer: Writer = {
    k,
    sink,
    plane,
    rowBytes: numberOf(k, rows.walk.along * rows.inputBytes),
    positionBytes: numberOf(k, columns.inputBytes),
    columnBytes: numberOf(k, plane.columnBytes),
    groupBytes: numberOf(k, plane.groupBytes),
  };
  const clip = isClipped(rows.walk) ? clipOf(k, rows.walk) : undefined;
  const [count, across, first] = [rows.walk.results, rows.walk.across, rows.walk.first].map(n => numberOf(k, n));
  const inputBytes = numberOf(k, rows.inputBytes);
  const batchBytes = numberOf(k, batch.inputBytes);
  const taps = numberOf(k, rows.walk.taps);
  const tiles = tilesOf(writer);
  shareUnits(k, [numberOf(k, batch.count), count], ([n, row]) => {
    const position = k.add(k.mul(row, across), first);
    const input = k.add(k.add(plane.input, k.mul(n, batchBytes)), k.mul(position, inputBytes));
    const range = tapsAt(k, taps, clip, row);
    const place = (clipped: boolean): RowPlace => ({ batch: n, row, taps: range, input, clipped });
    if (clip === undefined) tiles(place(false));
    else
      k.when(
        k.eq(range.count, taps),
        () => tiles(place(false)),
        () => tiles(place(true)),
      );
  });
}

function isClipped(walk: WindowWalk): boolean {
  const [from, to] = interior(walk);
  return to - from < walk.results;
}

const widest = 4;

/** Gives what writes all pixels of a row: tiles of the interior, and the other pixels. */
function tilesOf(writer: Writer): (place: RowPlace) => void {
  const { k, plane } = writer;
  const { walk } = plane.columns;
  // A short row is written out.
  const [from, to] = k.specialised && walk.results <= 2 * widest ? [0, 0] : interior(walk);
  let first = from;
  const runs = cutInto(to - from, tileShapes(walk)).map(({ width, tiles }) => {
    const run = { first: numberOf(k, first), tiles: numberOf(k, tiles), width };
    first += width * tiles;
    return run;
  });
  const edges = k.specialised ? knownEdges(writer, from, to) : foundEdges(writer, from, to);
  return place => {
    for (const run of runs) {
      k.loop(0, run.tiles, tile => {
        emitTile(writer, place, { column: k.add(k.mul(tile, run.width), run.first), width: run.width });
      });
    }
    edges(place);
  };
}

/** The pixels outside of the interior, in tiles of which it is known which columns they have. */
function knownEdges(writer: Writer, from: number, to: number): (place: RowPlace) => void {
  const { walk } = writer.plane.columns;
  const tiles: Tile[] = [];
  const cut = (start: number, end: number): void => {
    for (let column = start; column < end; column += widest) {
      const position = walk.first + column * walk.across;
      tiles.push({ column, width: Math.min(widest, end - column), inside: [-position, walk.extent - position] });
    }
  };
  cut(0, from);
  cut(to, walk.results);
  return place => {
    for (const tile of tiles) emitTile(writer, place, tile);
  };
}

/** The pixels outside of the interior one by one. */
function foundEdges(writer: Writer, from: number, to: number): (place: RowPlace) => void {
  const { k, plane } = writer;
  const { walk } = plane.columns;
  if (!isClipped(walk)) return () => {};
  const clip = clipOf(k, walk);
  const [outside, low, skip] = [walk.results - (to - from), from, to - from].map(n => numberOf(k, n));
  const taps = numberOf(k, walk.taps);
  return place => {
    k.loop(0, outside, i => {
      const column = skip === 0 ? i : k.add(i, k.select(k.lt(i, low), k.i32(0), skip));
      emitTile(writer, place, { column, width: 1, taps: tapsAt(k, taps, clip, column) });
    });
  };
}

/** The possible widths of tiles, and what a row of them costs: bringing columns together, and products. */
function tileShapes({ taps, across, along }: WindowWalk): readonly Shape[] {
  return Array.from({ length: widest }, (_, i) => {
    const width = i + 1;
    const columns = new Set(
      Array.from({ length: width * taps }, (__, n) => Math.floor(n / taps) * across + (n % taps) * along),
    );
    return { width, group: 1, cycles: 2 * columns.size + width * taps };
  });
}

/** All channels of a tile: eight at a time, and at last four. */
function emitTile(writer: Writer, place: RowPlace, tile: Tile): void {
  const { k, plane } = writer;
  const pairs = plane.channels - (plane.channels % (2 * bytesAtOnce));
  if (pairs > 0)
    k.loop(0, numberOf(k, pairs), channel => emitChannels(writer, place, tile, channel, 2), 2 * bytesAtOnce);
  if (pairs < plane.channels) emitChannels(writer, place, tile, numberOf(k, pairs), 1);
}

function emitChannels(writer: Writer, place: RowPlace, tile: Tile, channel: Operand, vectors: 1 | 2): void {
  const { k, sink, plane } = writer;
  const sums = Array.from({ length: tile.width }, () =>
    Array.from({ length: vectors }, () => k.cell(k.constant('i32x4', 0))),
  );
  const sumAll = (): void => {
    for (const digit of digitsOf(k, plane.products)) {
      for (const cell of sums.flat()) digit.begin(cell);
      const work: Work = { writer, place, tile, channel, sums, digit };
      for (let group = 0; group * bytesAtOnce < plane.rows.walk.taps; group++) sumGroup(work, group);
    }
  };
  // A window that lies wholly outside of the input has no row that could stand for the others.
  if (place.clipped) k.when(k.lt(k.i32(0), place.taps.count), sumAll);
  else sumAll();
  const at: Operand[] = [place.batch, channel];
  at[plane.rows.result] = place.row;
  at[plane.columns.result] = tile.column;
  const cursor = sink.at(at);
  sums.forEach((row, p) => {
    row.forEach((cell, v) => {
      const offset: [number, number][] = p > 0 ? [[plane.columns.result, p]] : [];
      if (v > 0) offset.push([1, bytesAtOnce * v]);
      storeAlong(k, { sink, cursor, axis: 1 }, k.get(cell), offset);
    });
  });
}

/** The sums of one digit of the bytes, for some channels of a tile. */
interface Work {
  readonly writer: Writer;
  readonly place: RowPlace;
  readonly tile: Tile;
  readonly channel: Operand;
  /** By pixel and by vector of channels. */
  readonly sums: readonly (readonly KernelCell[])[];
  readonly digit: DigitProducts;
}

/** The products of four rows of the windows. */
function sumGroup(work: Work, group: number): void {
  const { writer, tile, channel } = work;
  const { k, plane, columnBytes } = writer;
  const { walk } = plane.columns;
  const rows = groupRows(work, group);
  const weights = k.add(k.add(plane.weights, k.mul(channel, bytesAtOnce)), k.mul(writer.groupBytes, group));
  const use = (columns: readonly KernelValue[], pixel: number, weightsAt: KernelValue): void =>
    columns.forEach((column, v) => {
      const cell = work.sums[pixel][v];
      const w = work.digit.columns(k.words(weightsAt, 16 * v));
      k.set(cell, work.digit.add(column, w, k.get(cell)));
    });
  if (tile.taps !== undefined) {
    const { from, count } = tile.taps;
    k.loop(0, count, turn => {
      const tap = k.add(turn, from);
      const columns = columnAt(work, rows, k.mul(k.mul(tap, walk.along), writer.positionBytes));
      use(columns, 0, k.add(weights, k.mul(tap, columnBytes)));
    });
    return;
  }
  const taps = Array.from({ length: walk.taps }, (_, t) => t);
  const last = (tile.width - 1) * walk.across + (walk.taps - 1) * walk.along;
  const [from, to] = tile.inside ?? [0, last + 1];
  for (let position = Math.max(0, from); position < Math.min(last + 1, to); position++) {
    const uses = taps.flatMap(t =>
      work.sums.flatMap((_, p) => (p * walk.across + t * walk.along === position ? [{ p, t }] : [])),
    );
    if (uses.length === 0) continue;
    const columns = columnAt(work, rows, k.mul(writer.positionBytes, position));
    for (const { p, t } of uses) use(columns, p, k.add(weights, k.mul(columnBytes, t)));
  }
}

/** A row of the window: the address of the tile's first column in it, and a mask that is 0 if it is outside of the input. */
interface WindowRow {
  readonly address: KernelValue;
  readonly mask?: KernelValue;
}

/** The rows of a group. Those outside of the input are replaced by one inside, whose bytes the mask makes zeros. */
function groupRows({ writer, place, tile, channel }: Work, group: number): readonly WindowRow[] {
  const { k, plane, rowBytes, positionBytes } = writer;
  const { walk } = plane.columns;
  const position = k.add(k.mul(tile.column, numberOf(k, walk.across)), numberOf(k, walk.first));
  const first = k.add(k.add(place.input, channel), k.mul(position, positionBytes));
  const count = Math.min(bytesAtOnce, plane.rows.walk.taps - bytesAtOnce * group);
  return Array.from({ length: count }, (_, r) => {
    const tap = bytesAtOnce * group + r;
    if (!place.clipped) return { address: k.add(first, k.mul(rowBytes, tap)) };
    const { from, count: inside } = place.taps;
    const there = k.and(k.le(from, k.i32(tap)), k.lt(k.i32(tap), k.add(from, inside)));
    const nearest = k.max(k.min(k.i32(tap), k.sub(k.add(from, inside), 1)), from);
    const mask = k.splat(k.select(there, k.i32(-1), k.i32(0)));
    return { address: k.add(first, k.mul(nearest, rowBytes)), mask };
  });
}

/** The bytes of one column in four rows, channel by channel: a vector for each four channels. */
function columnAt(
  { writer: { k }, sums, digit }: Work,
  rows: readonly WindowRow[],
  distance: KernelValue,
): readonly KernelValue[] {
  const vectors = sums[0].length;
  const zero = k.constant('i32x4', 0);
  const bytes = Array.from({ length: bytesAtOnce }, (_, r) => {
    if (r >= rows.length) return zero;
    const { address, mask } = rows[r];
    const at = k.add(address, distance);
    const loaded = vectors === 2 ? k.wordPairSplat(at) : k.wordSplat(at);
    return mask === undefined ? loaded : k.and(loaded, mask);
  });
  const upper = k.zip(bytes[0], bytes[1], 1, false);
  const lower = rows.length > 2 ? k.zip(bytes[2], bytes[3], 1, false) : zero;
  return Array.from({ length: vectors }, (_, v) => digit.pixels(k.zip(upper, lower, 2, v === 1)));
}
