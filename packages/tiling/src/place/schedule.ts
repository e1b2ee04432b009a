/** What every tile does, in the order of phases: the tile program turned by tile, with the sizes of its tables. */
import { copyWidth, type ExchangePhase, type TiledVariable, type TileProgram, type TransferStep } from '../program.ts';

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
}

export const wordBytes = 4;

/** Bytes of a vertex record: codelet and slot count, field block, slots. */
export function recordBytes(slots: number): number {
  return (2 + slots) * wordBytes;
}

export function scheduleTiles(program: TileProgram): Schedule {
  const copies = program.phases.map(phase =>
    phase.kind === 'exchange' ? groupByTile(phase, program.tiles) : undefined,
  );
  const tableBytes = new Float64Array(program.tiles);
  const exchangeTableBytes = new Float64Array(program.tiles);
  const classes: number[][] = [];
  const seen = new Int32Array(program.classes.length).fill(-1);
  for (let tile = 0; tile < program.tiles; tile++) {
    const used: number[] = [];
    let bytes = program.phases.length * wordBytes;
    const use = (id: number) => {
      const vertex = program.classes[id];
      bytes += recordBytes(vertex.slots);
      if (seen[id] === tile) return;
      seen[id] = tile;
      used.push(id);
      bytes += vertex.fields.length * wordBytes;
    };
    program.phases.forEach((phase, index) => {
      if (phase.kind === 'compute') {
        if (phase.classOf[tile] < 0) return;
        bytes += wordBytes;
        use(phase.classOf[tile]);
        return;
      }
      const { order, start } = copies[index] as CopiesByTile;
      if (start[tile] === start[tile + 1]) return;
      const before = bytes;
      bytes += wordBytes;
      for (let i = start[tile]; i < start[tile + 1]; i++) use(phase.copies[order[i] * copyWidth + 1]);
      exchangeTableBytes[tile] += bytes - before;
    });
    classes.push(used);
    tableBytes[tile] = bytes;
  }
  return { copies, classes, tableBytes, exchangeTableBytes };
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
  const classes = new Set<number>();
  let bytes = lists.length * wordBytes;
  for (const steps of lists) {
    if (steps.length > 0) bytes += wordBytes;
    for (const step of steps) {
      bytes += recordBytes(program.classes[step.class].slots);
      classes.add(step.class);
    }
  }
  for (const id of classes) bytes += program.classes[id].fields.length * wordBytes;
  return bytes;
}
