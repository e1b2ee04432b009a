/** A register tile of a window op that does not mix channels: several neighbouring pixels, and all channels, one vector after the other. */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Sink } from '@tessera-dnn/graph/op';
import type { WindowWalk } from '../define/window.ts';
import type { Clip } from './plane.ts';
import { storeAlong } from './store.ts';
import type { TapRange } from './taps.ts';

/** One spatial axis of a channel plane, as numbers that are known when the kernel is recorded. */
export interface ChannelLine {
  readonly walk: WindowWalk;
  /** Bytes from one position of the input to the next. */
  readonly inputBytes: number;
  /** Bytes from the weights of one tap to those of the next. */
  readonly weightBytes: number;
  /** The axis of the result; -1 if it has none for this one. */
  readonly result: number;
  /** Result i has the coordinate `start + i·step` on that axis; i if this is absent. */
  readonly spread?: { readonly start: number; readonly step: number };
}

/** The work of a window op that does not mix channels: a plane of rows and columns, in which each channel is computed alone. */
export interface ChannelPlane {
  readonly element: 'f32' | 'i32';
  readonly batch: { readonly count: number; readonly inputBytes: number };
  readonly rows: ChannelLine;
  readonly columns: ChannelLine;
  readonly channels: number;
  /** Bytes of an element of the input, whose channels are neighbours. */
  readonly bytes: number;
  /** The address of the first element of the input. */
  readonly input: KernelValue;
  /** The address of the first weight, and the bytes of one; the weights of a tap for all channels are neighbours. Absent for pools. */
  readonly weights?: { readonly first: KernelValue; readonly bytes: number };
  readonly initial: number;
  readonly combine: (
    k: KernelBuilder,
    sum: KernelValue,
    x: KernelValue,
    weight: KernelValue | undefined,
  ) => KernelValue;
  /** How the result is made of the sum of a window; absent if it is the sum itself. */
  readonly finish?: (place: WindowPlace) => (sum: KernelValue) => KernelValue;
}

/**
 * On one axis: the index of a window, counted from the start of the box (absent in the interior, where nothing depends on it), and how many
 * taps it has there.
 */
export interface AxisPlace {
  readonly index?: Operand;
  readonly taps: Operand;
}

/** The window of a result on both axes. */
export interface WindowPlace {
  readonly row: AxisPlace;
  readonly column: AxisPlace;
}

/** The rows of a plane with only one spatial axis: a single row without taps. */
export function singleLine(): ChannelLine {
  return {
    walk: { results: 1, taps: 1, first: 0, across: 0, along: 0, extent: 1 },
    inputBytes: 0,
    weightBytes: 0,
    result: -1,
  };
}

/** A plane whose numbers are fields in registers. */
export interface ChannelKernel {
  readonly k: KernelBuilder;
  readonly sink: Sink;
  readonly plane: ChannelPlane;
  readonly batch: { readonly count: Operand; readonly inputBytes: Operand };
  readonly rows: AxisRegisters;
  readonly columns: AxisRegisters;
  /** How many channels there are, and how many of them are in whole vectors. */
  readonly channels: { readonly all: Operand; readonly whole: Operand };
}

/** One spatial axis in registers: bytes to the first tap of result 0, from result to result (`across`), and from tap to tap (`along`). */
export interface AxisRegisters {
  readonly count: Operand;
  readonly taps: Operand;
  readonly inputBytes: Operand;
  readonly firstBytes: Operand;
  readonly acrossBytes: Operand;
  readonly alongBytes: Operand;
  readonly weightBytes: Operand;
  readonly clip: Clip | undefined;
}

/** Neighbouring pixels of one row, and the taps that their windows have. */
export interface ChannelTile {
  readonly batch: Operand;
  readonly row: Operand;
  readonly rowTaps: TapRange;
  readonly column: Operand;
  readonly width: number;
  /** Absent in the interior, where windows have all their taps. */
  readonly columnTaps?: TapRange;
}

/** Rows of up to so many taps are unrolled; longer ones are loops. */
export const unrolledTaps = 7;

/** Writes the code for all channels of a tile: in vectors of four, and then one by one. */
export function emitChannelTile(kernel: ChannelKernel, tile: ChannelTile): void {
  const { k, plane } = kernel;
  const { element } = plane;
  const start = firstAddresses(kernel, tile);
  const finish = plane.finish?.({
    row: { index: tile.row, taps: tile.rowTaps.count },
    column: tile.columnTaps ? { index: tile.column, taps: tile.columnTaps.count } : { taps: kernel.columns.taps },
  });
  const some = (type: KernelType, from: Operand, to: Operand, step: number): void =>
    k.loop(
      from,
      to,
      channel => {
        const values = windows(kernel, tile, type, start, channel);
        storeWindows(kernel, tile, channel, finish ? values.map(finish) : values);
      },
      step,
    );
  const { whole, all } = kernel.channels;
  if (plane.channels >= 4) some(vectorOf(element), 0, whole, 4);
  if (plane.channels % 4 > 0) some(element, whole, all, 1);
}

interface Addresses {
  readonly input: KernelValue;
  readonly weights: KernelValue | undefined;
}

/** The addresses, for channel 0, of the first tap that the tile's first pixel has, and of the weights of that tap. */
function firstAddresses({ k, plane, batch, rows, columns }: ChannelKernel, tile: ChannelTile): Addresses {
  const from = tile.columnTaps?.from ?? 0;
  const input = sum(k, plane.input, [
    times(k, tile.batch, batch.inputBytes),
    rows.firstBytes,
    times(k, tile.row, rows.acrossBytes),
    times(k, tile.rowTaps.from, rows.alongBytes),
    columns.firstBytes,
    times(k, tile.column, columns.acrossBytes),
    times(k, from, columns.alongBytes),
  ]);
  const taps = [times(k, tile.rowTaps.from, rows.weightBytes), times(k, from, columns.weightBytes)];
  return { input, weights: plane.weights && sum(k, plane.weights.first, taps) };
}

function times(k: KernelBuilder, index: Operand, bytes: Operand): Operand {
  return index === 0 || bytes === 0 ? 0 : k.mul(index, bytes);
}

function sum(k: KernelBuilder, base: KernelValue, parts: readonly Operand[]): KernelValue {
  return parts.reduce<KernelValue>((total, part) => (part === 0 ? total : k.add(total, part)), base);
}

/** The sums of the windows of a tile, for one channel or for a vector of channels that begins at `channel`. */
function windows(
  kernel: ChannelKernel,
  tile: ChannelTile,
  type: KernelType,
  start: Addresses,
  channel: KernelValue,
): readonly KernelValue[] {
  const { k, plane, rows } = kernel;
  const distance = k.mul(channel, plane.bytes);
  const { bytes = plane.bytes } = plane.weights ?? {};
  const toWeights = bytes === plane.bytes ? distance : k.mul(channel, bytes);
  const sums = Array.from({ length: tile.width }, () => k.cell(k.constant(type, plane.initial)));
  k.loop(0, tile.rowTaps.count, tap => {
    const row = {
      input: k.add(k.add(start.input, distance), k.mul(tap, rows.alongBytes)),
      weights: start.weights && k.add(k.add(start.weights, toWeights), k.mul(tap, rows.weightBytes)),
    };
    if (tile.columnTaps === undefined && plane.columns.walk.taps <= unrolledTaps) unrolledRow(kernel, type, sums, row);
    else loopedRow(kernel, type, sums, row, tile.columnTaps?.count ?? kernel.columns.taps);
  });
  return sums.map(cell => k.get(cell));
}

/** One row of taps, unrolled: every input element is loaded once and used for all windows that contain it. */
function unrolledRow(kernel: ChannelKernel, type: KernelType, sums: readonly KernelCell[], row: Addresses): void {
  const { k, plane, columns } = kernel;
  const { walk, inputBytes, weightBytes } = plane.columns;
  const taps = Array.from({ length: walk.taps }, (_, t) => t);
  const weights = taps.map(t => row.weights && loadStep(k, type, row.weights, t, [weightBytes, columns.weightBytes]));
  const last = (sums.length - 1) * walk.across + (walk.taps - 1) * walk.along;
  for (let position = 0; position <= last; position++) {
    const uses = taps.flatMap(t =>
      sums.flatMap((cell, p) => (p * walk.across + t * walk.along === position ? [{ cell, t }] : [])),
    );
    if (uses.length === 0) continue;
    const x = loadStep(k, type, row.input, position, [inputBytes, columns.inputBytes]);
    for (const { cell, t } of uses) k.set(cell, plane.combine(k, k.get(cell), x, weights[t]));
  }
}

/** One row of taps as a loop over taps. */
function loopedRow(
  { k, plane, columns }: ChannelKernel,
  type: KernelType,
  sums: readonly KernelCell[],
  row: Addresses,
  count: Operand,
): void {
  const acrossBytes = plane.columns.walk.across * plane.columns.inputBytes;
  k.loop(0, count, tap => {
    const first = k.add(row.input, k.mul(tap, columns.alongBytes));
    const weight = row.weights && k.load(type, k.add(row.weights, k.mul(tap, columns.weightBytes)));
    sums.forEach((cell, p) => {
      const x = loadStep(k, type, first, p, [acrossBytes, columns.acrossBytes]);
      k.set(cell, plane.combine(k, k.get(cell), x, weight));
    });
  });
}

/**
 * The element `steps` steps after the address. Where numbers are part of the code, the distance is a constant of the load: a step is given
 * in bytes as a number and as what the code has of it.
 */
function loadStep(
  k: KernelBuilder,
  type: KernelType,
  address: KernelValue,
  steps: number,
  [bytes, stepBytes]: readonly [number, Operand],
): KernelValue {
  if (steps === 0) return k.load(type, address);
  if (k.specialised) return k.load(type, address, steps * bytes);
  return k.load(type, k.add(address, k.mul(stepBytes, steps)));
}

function storeWindows(
  { k, sink, plane }: ChannelKernel,
  tile: ChannelTile,
  channel: KernelValue,
  values: readonly KernelValue[],
): void {
  const at: Operand[] = [tile.batch, channel];
  if (plane.rows.result >= 0) at[plane.rows.result] = placeOf(k, plane.rows, tile.row);
  at[plane.columns.result] = placeOf(k, plane.columns, tile.column);
  const cursor = sink.at(at);
  const step = plane.columns.spread?.step ?? 1;
  values.forEach((value, p) => {
    storeAlong(k, { sink, cursor, axis: 1 }, value, p > 0 ? [[plane.columns.result, p * step]] : []);
  });
}

function placeOf(k: KernelBuilder, { spread }: ChannelLine, index: Operand): Operand {
  return spread === undefined ? index : k.add(k.mul(index, spread.step), spread.start);
}
