/**
 * The tables of the tiles and of the transfers, as bytes or only counted.
 *
 * A tile's table is a directory and, for each of its entries, the field blocks that their lists are the first to need (or that are too
 * far away by now), then the lists. It depends on offsets, so it is counted when these are known; what nobody knows yet, where the
 * host window is, is always written in full.
 */
import { assertThat } from '@tessera-dnn/diagnostics';
import {
  ByteWriter,
  type FieldBlock,
  type SlotAddress,
  type TableRecord,
  TableWriter,
  tableFormat,
} from '@tessera-dnn/machine';
import type { Copies } from '../copies.ts';
import { addressedSlots, type BufferId, type TiledVariable, type TileProgram, type TransferStep } from '../program.ts';
import { fieldBlocks } from './field-blocks.ts';
import { type Schedule, schedulePhases, type TileList } from './schedule.ts';

const { directory } = tableFormat;

export interface TableLayout {
  readonly program: TileProgram;
  readonly schedule: Schedule;
  /** `offsets[buffer][tile]`, as in a placement. */
  readonly offsets: readonly Float64Array[];
  readonly tileStrideBytes: number;
}

export interface TableSizes {
  /** Bytes of each tile's directory, lists and field blocks. */
  readonly bytes: Float64Array;
  /** How many of those bytes are lists and field blocks of copies. */
  readonly exchangeBytes: Float64Array;
  /** The directory counts in units of so many bytes. */
  readonly unitBytes: number;
}

/**
 * Counts the bytes of every tile's table. Where one is too long for its directory to count in `unitBytes`, all count in units 16 times as
 * large.
 */
export function sizeTables(layout: TableLayout, unitBytes = 1): TableSizes {
  const making: Making = { layout, blocks: fieldBlocks(layout.program), unitBytes };
  const { tiles } = layout.program;
  const bytes = new Float64Array(tiles);
  const exchangeBytes = new Float64Array(tiles);
  for (let tile = 0; tile < tiles; tile++) {
    const out = new ByteWriter();
    exchangeBytes[tile] = writeTileTable(making, tile, out);
    bytes[tile] = out.length;
  }
  if (bytes.some(size => size > directory.mostUnits * unitBytes)) return sizeTables(layout, unitBytes * 16);
  return { bytes, exchangeBytes, unitBytes };
}

/** What all tables of a program are made from. */
interface Making {
  readonly layout: TableLayout;
  readonly blocks: readonly FieldBlock[];
  readonly unitBytes: number;
}

/** Gives the bytes of what concerns copies. */
function writeTileTable({ layout, blocks, unitBytes }: Making, tile: number, out: ByteWriter): number {
  const { program, schedule } = layout;
  const phases = program.phases.length;
  const writer = new TableWriter(blocks, layout.tileStrideBytes, out);
  writer.directory(phases);
  let exchangeBytes = 0;
  const counted = ({ copies }: TileList, write: () => void) => {
    const before = out.length;
    write();
    if (copies) exchangeBytes += out.length - before;
  };
  for (let first = 0; first < phases; first += directory.phases) {
    const lists = schedulePhases(program, schedule, tile, first, Math.min(phases, first + directory.phases));
    if (lists.length === 0) continue;
    const within = lists.reduce((sum, { ids }) => sum + writer.mostBytes(ids), unitBytes);
    for (const list of lists) counted(list, () => writer.blocks(list.ids, within));
    writer.enter(
      lists.map(({ phase }) => phase),
      unitBytes,
    );
    for (const list of lists) counted(list, () => writer.list(() => writeList(layout, tile, list, writer)));
  }
  return exchangeBytes;
}

function writeList(layout: TableLayout, tile: number, list: TileList, writer: TableWriter): void {
  const phase = layout.program.phases[list.phase];
  if (phase.kind === 'compute') {
    const slots = addressedSlots(phase).map(({ buffer, offset }) =>
      addressFrom(layout, tile, buffer, tile, typeof offset === 'number' ? offset : offset[tile]),
    );
    writer.vertex({ block: list.ids[0], slots });
    return;
  }
  const copies: TableRecord[] = [];
  for (const copy of list.copies ?? []) copies.push(copyAt(layout, tile, phase.copies, copy));
  writer.copies(copies);
}

function copyAt(layout: TableLayout, tile: number, copies: Copies, i: number): TableRecord {
  const block = copies.class(i);
  const from = copies.from(i);
  const target = addressFrom(layout, tile, copies.to(i), copies.toTile(i), copies.toOffset(i));
  if (from < 0) return { block, slots: [target] };
  const source = addressFrom(layout, tile, from as BufferId, copies.fromTile(i), copies.fromOffset(i));
  return { block, slots: [source, target] };
}

/** A place in a buffer, seen from `tile`. */
function addressFrom(layout: TableLayout, tile: number, buffer: BufferId, ofTile: number, offset: number): SlotAddress {
  const { program, offsets, tileStrideBytes } = layout;
  if (program.buffers[buffer].kind !== 'host')
    return { bytes: offsets[buffer][ofTile] + offset, tiles: ofTile - tile, full: false };
  return { bytes: offsets[buffer][0] + offset - tile * tileStrideBytes, tiles: 0, full: true };
}

/** The host's lists of one variable, in the order of the transfer table's entries. */
function transferLists({ read, write, first }: TiledVariable): readonly (readonly TransferStep[])[] {
  return [read, write, first];
}

/** Bytes of the table of transfers, its lists and field blocks. */
export function transferTableBytes(program: TileProgram): number {
  const out = new ByteWriter();
  writeTransferTable(program, 0, () => 0, out);
  return out.length;
}

/** The table of transfers, to lie at `start`. `address` is where a slot lies in the whole memory. */
export function writeTransferTable(
  program: TileProgram,
  start: number,
  address: (slot: TransferStep['slots'][number]) => number,
  out: ByteWriter,
): void {
  const lists = program.variables.flatMap(transferLists);
  const records = lists.map(steps =>
    steps.map(({ class: block, slots }) => ({ block, addresses: slots.map(address) })),
  );
  new TableWriter(fieldBlocks(program), 0, out).transfers(start, records);
}

/** The tables of all tiles in memory of their own, as large as they were counted. */
export function tileTables(layout: TableLayout, { bytes: sizes, unitBytes }: TableSizes): readonly Uint8Array[] {
  const making: Making = { layout, blocks: fieldBlocks(layout.program), unitBytes };
  return Array.from(sizes, (size, tile) => {
    const bytes = new Uint8Array(size);
    const out = new ByteWriter(bytes);
    writeTileTable(making, tile, out);
    assertThat(out.length === size, 'image', `a table of ${size} bytes has ${out.length}`);
    return bytes;
  });
}
