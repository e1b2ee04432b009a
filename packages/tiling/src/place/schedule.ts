/** What every tile does, in the order of phases: the tile program turned by tile. */
import type { ExchangePhase, TileProgram } from '../program.ts';

/** The copies of an exchange phase, grouped by the tile that performs them. */
export interface CopiesByTile {
  /** Indices of copies, tile by tile, each tile's with equal classes side by side. */
  readonly order: Int32Array;
  /** Their classes. */
  readonly ids: Int32Array;
  /** The copies of `tile` are `order[start[tile] … start[tile + 1])`. */
  readonly start: Int32Array;
}

export interface Schedule {
  /** Per phase; undefined for compute phases. */
  readonly copies: readonly (CopiesByTile | undefined)[];
  /** Classes each tile uses, ascending by first use. */
  readonly classes: readonly (readonly number[])[];
}

/** What one tile does in one phase. */
export interface TileList {
  readonly phase: number;
  /** The classes of what it runs. */
  readonly ids: ArrayLike<number>;
  /** For an exchange, which copies these are. */
  readonly copies: Int32Array | undefined;
}

/** Turns a program by tile: its copies grouped by tile, and the classes that each tile runs. */
export function scheduleTiles(program: TileProgram): Schedule {
  const copies = program.phases.map(phase =>
    phase.kind === 'exchange' ? groupByTile(phase, program.tiles) : undefined,
  );
  const classes: number[][] = [];
  const seen = new Int32Array(program.classes.length).fill(-1);
  for (let tile = 0; tile < program.tiles; tile++) {
    const used: number[] = [];
    for (const { ids } of schedulePhases(program, { copies }, tile, 0, program.phases.length)) {
      for (let i = 0; i < ids.length; i++) {
        if (seen[ids[i]] !== tile) used.push(ids[i]);
        seen[ids[i]] = tile;
      }
    }
    classes.push(used);
  }
  return { copies, classes };
}

/** What a tile does in the phases `[first, end)`; those in which it does nothing are left out. */
export function schedulePhases(
  program: TileProgram,
  { copies }: Pick<Schedule, 'copies'>,
  tile: number,
  first: number,
  end: number,
): readonly TileList[] {
  const lists: TileList[] = [];
  for (let index = first; index < end; index++) {
    const phase = program.phases[index];
    if (phase.kind === 'compute') {
      if (phase.classOf[tile] >= 0) lists.push({ phase: index, ids: [phase.classOf[tile]], copies: undefined });
      continue;
    }
    const { order, ids, start } = copies[index] as CopiesByTile;
    const [from, to] = [start[tile], start[tile + 1]];
    if (from < to) lists.push({ phase: index, ids: ids.subarray(from, to), copies: order.subarray(from, to) });
  }
  return lists;
}

function groupByTile({ copies }: ExchangePhase, tiles: number): CopiesByTile {
  const { count } = copies;
  const start = new Int32Array(tiles + 1);
  for (let i = 0; i < count; i++) start[copies.tile(i) + 1]++;
  for (let tile = 0; tile < tiles; tile++) start[tile + 1] += start[tile];
  const next = start.slice();
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[next[copies.tile(i)]++] = i;
  // Copies of a phase write different bytes, so their order is free: those of a class and of one source follow each other.
  const byClass = (a: number, b: number) =>
    copies.class(a) - copies.class(b) ||
    copies.from(a) - copies.from(b) ||
    copies.fromOffset(a) - copies.fromOffset(b) ||
    copies.fromTile(a) - copies.fromTile(b) ||
    a - b;
  for (let tile = 0; tile < tiles; tile++)
    if (start[tile + 1] - start[tile] > 1) order.subarray(start[tile], start[tile + 1]).sort(byClass);
  return { order, ids: order.map(copy => copies.class(copy)), start };
}
