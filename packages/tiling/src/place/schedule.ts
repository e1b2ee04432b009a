/** What every tile does, in the order of phases: the tile program turned by tile, with the sizes of its tables. */
import { copyWidth, type ExchangePhase, type TiledVariable, type TileProgram, type TransferStep } from '../program.ts';
import { TableWriter, wordBytes } from './tables.ts';

/** The copies of an exchange phase, grouped by the tile that performs them. */
export interface CopiesByTile {
  /** Indices of copies, tile by tile, each tile's in program order. */
  readonly order: Int32Array;
  /** `order[start[tile] … start[tile + 1])` are tile's. */
  readonly start: Int32Array;
}

export interface Schedule {
  /** Per phase; undefined for compute phases. */
  readonly copies: readonly (CopiesByTile | undefined)[];
  /** Classes each tile uses, ascending by first use. */
  readonly classes: readonly (readonly number[])[];
  /** Bytes of each tile's directory, vertex lists and field blocks. */
  readonly tableBytes: Float64Array;
  /** Of those: lists, records and fields of its copies. */
  readonly exchangeTableBytes: Float64Array;
  /** Bytes of an entry of the directory. */
  readonly entryBytes: 2 | 4;
}

export function scheduleTiles(program: TileProgram): Schedule {
  const copies = program.phases.map(phase =>
    phase.kind === 'exchange' ? groupByTile(phase, program.tiles) : undefined,
  );
  const classes: number[][] = [];
  const listWords: number[] = [];
  const exchangeTableBytes = new Float64Array(program.tiles);
  const seen = new Int32Array(program.classes.length).fill(-1);
  for (let tile = 0; tile < program.tiles; tile++) {
    const used: number[] = [];
    const writer = new TableWriter(program, 0);
    eachList(program, copies, tile, (_, ids, indices) => {
      const before = writer.length;
      writer.list(ids);
      for (let i = 0; i < ids.length; i++) {
        writer.record(ids[i], noSlots, i + 1 < ids.length);
        if (seen[ids[i]] !== tile) used.push(ids[i]);
        seen[ids[i]] = tile;
      }
      if (indices) exchangeTableBytes[tile] += (writer.length - before) * wordBytes;
    });
    classes.push(used);
    listWords.push(writer.length);
  }
  const phases = program.phases.length;
  const most = listWords.reduce((a, b) => Math.max(a, b), 0);
  const entryBytes = directoryWords(phases, 2) + most <= mostShortWords ? 2 : 4;
  const directory = directoryWords(phases, entryBytes);
  return {
    copies,
    classes,
    tableBytes: Float64Array.from(listWords, words => (directory + words) * wordBytes),
    exchangeTableBytes,
    entryBytes,
  };
}

/** Enough for any record that is only counted. */
const noSlots = new Array<number>(64).fill(0);
const mostShortWords = 0xffff;

export function directoryWords(phases: number, entryBytes: 2 | 4): number {
  return Math.ceil((phases * entryBytes) / wordBytes);
}

/** The lists of one tile, in the order of phases: the classes of what it runs, and for an exchange which copies these are. */
export function eachList(
  program: TileProgram,
  copies: Schedule['copies'],
  tile: number,
  visit: (phase: number, ids: ArrayLike<number>, indices: Int32Array | undefined) => void,
): void {
  program.phases.forEach((phase, index) => {
    if (phase.kind === 'compute') {
      if (phase.classOf[tile] >= 0) visit(index, [phase.classOf[tile]], undefined);
      return;
    }
    const { order, start } = copies[index] as CopiesByTile;
    if (start[tile] === start[tile + 1]) return;
    const indices = order.subarray(start[tile], start[tile + 1]);
    visit(
      index,
      indices.map(i => phase.copies[i * copyWidth + 1]),
      indices,
    );
  });
}

function groupByTile(phase: ExchangePhase, tiles: number): CopiesByTile {
  const count = phase.copies.length / copyWidth;
  const start = new Int32Array(tiles + 1);
  for (let i = 0; i < count; i++) start[phase.copies[i * copyWidth] + 1]++;
  for (let tile = 0; tile < tiles; tile++) start[tile + 1] += start[tile];
  const next = start.slice();
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[next[phase.copies[i * copyWidth]]++] = i;
  return { order, start };
}

/** The host's lists of one variable, in the order of the transfer table's entries. */
export function transferLists({ read, write, first }: TiledVariable): readonly (readonly TransferStep[])[] {
  return [read, write, first];
}

/** Bytes of the table of transfers, its lists and field blocks. */
export function transferTableBytes(program: TileProgram): number {
  const lists = program.variables.flatMap(transferLists);
  const writer = new TableWriter(program, lists.length);
  for (const steps of lists) writeTransfers(writer, steps, () => 0);
  return writer.length * wordBytes;
}

/** Writes one list of transfers, if it has any. Gives the word at which it begins, or 0. */
export function writeTransfers(
  writer: TableWriter,
  steps: readonly TransferStep[],
  address: (slot: TransferStep['slots'][number]) => number,
): number {
  if (steps.length === 0) return 0;
  const first = writer.list(steps.map(step => step.class));
  steps.forEach((step, i) => {
    writer.record(step.class, step.slots.map(address), i + 1 < steps.length);
  });
  return first;
}
