/**
 * Placement: an offset for every storage, the same on all tiles that hold it.
 *
 * A tile's SRAM holds, from 0: its residents (variables, constants), the transient storages, packed by the allocator over their lives in
 * phases, then its tables. Programs do not run at the same time, so their transients share memory by their lives alone. Tiles differ
 * little in what they hold, so one problem is solved for all, each storage as large as on any tile; and a copy may walk from tile
 * to tile. Code is charged but lies outside the linear memory.
 */
import { type Buffer as AllocatorBuffer, allocate, type Pair, type Strategy } from '@tessera-dnn/allocator';
import { InternalError } from '@tessera-dnn/diagnostics';
import { type ChipSpec, type ImageThreads, threadControl } from '@tessera-dnn/machine';
import type { TileProgram } from '../program.ts';
import { placeStage } from '../stages.ts';
import { chunksOf, type ThreadOptions } from '../threads/chunks.ts';
import { type Tied, tieWhereFullest } from './behind.ts';
import { placeResidents } from './residents.ts';
import { type Schedule, scheduleTiles } from './schedule.ts';
import { assignStorage, type Storage, type Tie } from './storage.ts';
import { sizeTables, type TableSizes, transferTableBytes } from './tile-tables.ts';

export const alignBytes = 16;

/** The least multiple of `to` that is not less than `bytes`. */
export function roundUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}

export interface PlaceOptions {
  readonly inPlace: boolean;
  /** False: every transient storage has a place of its own. */
  readonly reuse: boolean;
  readonly strategy: Strategy;
  /** Bytes of each codelet's code, in the order of `codes`. */
  readonly codeBytes: readonly number[];
  /** The memory is a multiple of this. */
  readonly pageBytes: number;
  /** Absent for one thread. */
  readonly threads?: ThreadOptions;
}

export interface TileUse {
  readonly tables: number;
  /** The heights of the residents and of the transient storages, and the least any placement of those needs. */
  readonly residents: number;
  readonly transients: number;
  readonly transientBound: number;
  readonly code: number;
  /** The sum of these. */
  readonly total: number;
}

export interface Placement {
  readonly storage: Storage;
  readonly schedule: Schedule;
  /** Results that were placed behind the reads of their operands. */
  readonly ties: readonly Tie[];
  /**
   * Tile-relative offset of every buffer, alike for all tiles: `offsets[buffer][tile]`; for host buffers one entry, an absolute address.
   */
  readonly offsets: readonly Float64Array[];
  readonly tiles: readonly TileUse[];
  /** Where every tile's tables begin, and how large they are. */
  readonly tableOffset: number;
  readonly tables: TableSizes;
  readonly tileStrideBytes: number;
  /** The smallest stride that has room for every tile's memory. */
  readonly leastStrideBytes: number;
  /** The host window: tensors, then the tables of transfers, then the flag that says whether prepared values are fresh. */
  readonly hostAddress: number;
  readonly transferTable: number;
  readonly preparedFlag: number;
  /** What several threads need, after the flag, and the chunks of every phase. */
  readonly threads?: ImageThreads & { readonly chunksOf: Uint8Array };
  /** The memory of tiles and host window, in whole pages. */
  readonly totalBytes: number;
}

/** Places the whole program. It does not ask whether all fits into a tile: `tiles` says what each takes, and the caller compares. */
export function place(program: TileProgram, chip: ChipSpec, options: PlaceOptions): Placement {
  const storage = assignStorage(program, { inPlace: options.inPlace });
  const schedule = scheduleTiles(program);
  const offsets = program.buffers.map(buffer => new Float64Array(buffer.bytes.length));
  const residents = placeResidents(program, alignBytes);
  const chunks = options.threads && chunksOf(program, chip, options.threads);
  const transients = placeTransients(program, untied(storage, options, chunks), options);
  for (const [buffer, offset] of residents.offsets) offsets[buffer].fill(offset);
  transients.roots.forEach((root, i) => {
    offsets[root].fill(residents.heightBytes + transients.offsets[i]);
  });
  shareOffsets(program, storage, offsets);
  const tableOffset = residents.heightBytes + roundUp(transients.height, alignBytes);
  const sizes = sizeTables({ program, schedule, offsets, tileStrideBytes: program.tileStrideBytes });
  const tiles = Array.from(sizes.bytes, (bytes, tile): TileUse => {
    const tables = roundUp(bytes, alignBytes);
    const code = chip.chargeCode ? codeOf(program, schedule, tile, options.codeBytes) : 0;
    const total = tableOffset + tables + code;
    const { height, bound } = transients;
    return { tables, residents: residents.heightBytes, transients: height, transientBound: bound, code, total };
  });
  const largest = tiles.reduce((most, use) => Math.max(most, use.total - use.code), 0);
  const leastStrideBytes = roundUp(largest, alignBytes);
  const tileStrideBytes = chip.packed && chip.tiles === 1 ? leastStrideBytes : program.tileStrideBytes;
  const hostAddress = roundUp(tileStrideBytes * program.tiles, alignBytes);
  const transferTable = hostAddress + placeHost(program, offsets, hostAddress);
  const preparedFlag = roundUp(transferTable + transferTableBytes(program), alignBytes);
  const threads = placeThreads(preparedFlag + alignBytes, options, transients.ties, chunks);
  const end = threads ? threads.chunks + threads.chunksOf.length : preparedFlag + alignBytes;
  const totalBytes = roundUp(end, options.pageBytes);
  return {
    storage,
    schedule,
    ties: transients.ties,
    offsets,
    tiles,
    tableOffset,
    tables: sizes,
    tileStrideBytes,
    leastStrideBytes,
    hostAddress,
    transferTable,
    preparedFlag,
    ...(threads && { threads }),
    totalBytes,
  };
}

/** The control block of the threads, then a byte per phase: what is written behind its reads has an order, and stays whole. */
function placeThreads(
  from: number,
  { threads }: PlaceOptions,
  ties: readonly Tie[],
  chunks: Uint8Array | undefined,
): Placement['threads'] {
  if (!threads || !chunks) return undefined;
  const control = roundUp(from, threadControl.alignBytes);
  const inOrder = new Set(ties.map(({ phase }) => phase));
  const placed = chunks.map((count, phase) => (inOrder.has(phase) ? 0 : count));
  return { count: threads.count, control, chunks: control + threadControl.bytes, chunksOf: placed };
}

/** A result is written behind its reads only where threads do not divide the phase, unless they have to go without. */
function untied(storage: Storage, { threads }: PlaceOptions, chunks: Uint8Array | undefined): Storage {
  if (!chunks || threads?.keepOrder) return storage;
  return { ...storage, ties: storage.ties.filter(({ phase }) => chunks[phase] < 2) };
}

interface Solution extends Tied {
  readonly roots: readonly number[];
}

/** What lives in different programs never lives together: each is a problem of its own, unless everything gets its own place. */
function placeTransients(program: TileProgram, storage: Storage, { reuse, strategy }: PlaceOptions): Solution {
  const roots = transientRoots(program, storage);
  const { first } = storage.life;
  if (!reuse) return solve(program, storage, roots, false, strategy);
  const solutions = [program.prepare, ...program.programs].map(({ firstPhase, phases }) => {
    const own = roots.filter(root => first[root] >= firstPhase && first[root] < firstPhase + phases);
    return solve(program, storage, own, true, strategy);
  });
  return {
    roots: solutions.flatMap(solution => solution.roots),
    offsets: Float64Array.from(solutions.flatMap(({ offsets }) => [...offsets])),
    height: Math.max(...solutions.map(({ height }) => height)),
    bound: Math.max(...solutions.map(({ bound }) => bound)),
    ties: solutions.flatMap(({ ties }) => ties),
  };
}

function transientRoots({ buffers }: TileProgram, { rootOf, life }: Storage): readonly number[] {
  return [...buffers.keys()].filter(index => {
    const { kind, resident } = buffers[index];
    return kind !== 'host' && !resident && rootOf[index] === index && life.first[index] >= 0;
  });
}

/** Without capacity and fixed offsets every problem has a placement. */
function solve(
  program: TileProgram,
  storage: Storage,
  all: readonly number[],
  reuse: boolean,
  strategy: Strategy,
): Solution {
  const sizes = storageSizes(program, storage);
  const roots = all.filter(root => sizes[root] > 0);
  const { first, last } = storage.life;
  const buffers = roots.map((root): AllocatorBuffer => {
    const [lower, upper] = reuse ? [first[root], last[root] + 1] : [0, program.phases.length];
    return { id: root, lower, upper, size: roundUp(sizes[root], alignBytes), alignment: alignBytes };
  });
  const quick = strategy === 'exact' ? 'best-greedy' : strategy;
  const pack = (pairs: readonly Pair[], thoroughly: boolean) =>
    allocate({ buffers, pairs }, { strategy: thoroughly ? strategy : quick });
  const tied = tieWhereFullest(roots, buffers, reuse ? storage.ties : [], alignBytes, pack);
  if (!tied) throw new InternalError(placeStage.name, 'buffers that are tied to nothing exclude each other');
  return { roots, ...tied };
}

/** Bytes of every storage root: the largest of its buffers on any tile. */
function storageSizes({ buffers }: TileProgram, { rootOf }: Storage): Float64Array {
  const sizes = new Float64Array(buffers.length);
  buffers.forEach(({ bytes }, index) => {
    const most = bytes.reduce((a, b) => Math.max(a, b), 0);
    sizes[rootOf[index]] = Math.max(sizes[rootOf[index]], most);
  });
  return sizes;
}

/** Buffers stored over others take their offsets. */
function shareOffsets(program: TileProgram, storage: Storage, offsets: Float64Array[]): void {
  for (let buffer = 0; buffer < program.buffers.length; buffer++) {
    const root = storage.rootOf[buffer];
    if (root !== buffer) offsets[buffer] = offsets[root];
  }
}

function codeOf(program: TileProgram, schedule: Schedule, tile: number, codeBytes: readonly number[]): number {
  const codes = new Set(schedule.classes[tile].map(id => program.classes[id].code));
  let bytes = 0;
  for (const code of codes) bytes += codeBytes[code];
  return bytes;
}

/** Host buffers one after the other; gives the bytes they take. */
function placeHost(program: TileProgram, offsets: Float64Array[], hostAddress: number): number {
  let at = hostAddress;
  program.buffers.forEach((buffer, index) => {
    if (buffer.kind !== 'host') return;
    offsets[index][0] = at;
    at += roundUp(buffer.bytes[0], alignBytes);
  });
  return at - hostAddress;
}
