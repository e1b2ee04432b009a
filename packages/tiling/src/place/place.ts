/**
 * Placement: an offset for every storage on every tile.
 *
 * A tile's SRAM holds, from 0: its tables, its residents (variables, constants), then the transient storages, packed by the allocator over
 * their lives in phases. Programs do not run at the same time, so their transients share memory by their lives alone. Tiles with
 * the same sizes are one problem, solved once. Code is charged but lies outside the linear memory.
 */
import { type Buffer as AllocatorBuffer, allocate, lowerBound, type Strategy } from '@tessera/allocator';
import type { ChipSpec } from '@tessera/machine';
import type { TileProgram } from '../program.ts';
import { type Schedule, scheduleTiles, transferTableBytes, wordBytes } from './schedule.ts';
import { assignStorage, type Storage } from './storage.ts';

export const alignBytes = 16;
const pageBytes = 65536;

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
}

export interface TileUse {
  readonly tables: number;
  readonly residents: number;
  /** The height of the transient storages, and the least any placement needs. */
  readonly transients: number;
  readonly transientBound: number;
  readonly code: number;
  /** All of it. */
  readonly total: number;
}

export interface Placement {
  readonly storage: Storage;
  readonly schedule: Schedule;
  /** Tile-relative offset of every buffer on every tile: `offsets[buffer][tile]`; for host buffers one entry, an absolute address. */
  readonly offsets: readonly Float64Array[];
  readonly tiles: readonly TileUse[];
  readonly tileStrideBytes: number;
  /** The host window: tensors, then the tables of transfers, then the flag that says whether prepared values are fresh. */
  readonly hostAddress: number;
  readonly transferTable: number;
  readonly preparedFlag: number;
  /** The wasm memory: tiles and host window, in whole pages. */
  readonly totalBytes: number;
}

export function place(program: TileProgram, chip: ChipSpec, options: PlaceOptions): Placement {
  const storage = assignStorage(program, { inPlace: options.inPlace });
  const schedule = scheduleTiles(program);
  const offsets = program.buffers.map(buffer => new Float64Array(buffer.bytes.length));
  const storageBytes = sizesOfStorages(program, storage);
  const solved = new Map<string, Solution>();
  const tiles: TileUse[] = [];
  for (let tile = 0; tile < program.tiles; tile++) {
    const tables = roundUp(schedule.tableBytes[tile], alignBytes);
    const residents = placeResidents(program, offsets, tile, tables);
    const solution = solveTransients(program, storage, storageBytes, tile, options, solved);
    solution.roots.forEach((root, i) => {
      offsets[root][tile] = tables + residents + solution.offsets[i];
    });
    const code = chip.chargeCode ? codeOf(program, schedule, tile, options.codeBytes) : 0;
    const total = tables + residents + solution.height + code;
    tiles.push({ tables, residents, transients: solution.height, transientBound: solution.bound, code, total });
  }
  shareOffsets(program, storage, offsets);
  const largest = tiles.reduce((most, use) => Math.max(most, use.total - use.code), 0);
  const tileStrideBytes = chip.packed ? roundUp(largest, alignBytes) : chip.sramBytes;
  const hostAddress = roundUp(tileStrideBytes * program.tiles, alignBytes);
  const transferTable = hostAddress + placeHost(program, offsets, hostAddress);
  const preparedFlag = roundUp(transferTable + transferTableBytes(program), alignBytes);
  const totalBytes = roundUp(preparedFlag + alignBytes, pageBytes);
  return { storage, schedule, offsets, tiles, tileStrideBytes, hostAddress, transferTable, preparedFlag, totalBytes };
}

/** Bytes of every storage root per tile: the largest of its buffers. */
function sizesOfStorages(program: TileProgram, storage: Storage): Float64Array[] {
  const sizes = program.buffers.map(buffer => buffer.bytes);
  program.buffers.forEach((buffer, index) => {
    const root = storage.rootOf[index];
    if (root === index) return;
    if (sizes[root] === program.buffers[root].bytes) sizes[root] = sizes[root].slice();
    buffer.bytes.forEach((bytes, tile) => {
      sizes[root][tile] = Math.max(sizes[root][tile], bytes);
    });
  });
  return sizes;
}

/** One behind the other, single elements (splat constants) packed tightly. Gives the bytes they take. */
function placeResidents(program: TileProgram, offsets: Float64Array[], tile: number, from: number): number {
  let at = 0;
  for (const single of [true, false]) {
    program.buffers.forEach(({ resident, bytes }, index) => {
      if (!resident || bytes[tile] === 0 || bytes[tile] <= wordBytes !== single) return;
      offsets[index][tile] = from + at;
      at += roundUp(bytes[tile], single ? wordBytes : alignBytes);
    });
    at = roundUp(at, alignBytes);
  }
  return at;
}

interface Solution {
  readonly roots: readonly number[];
  readonly offsets: Float64Array;
  readonly height: number;
  readonly bound: number;
}

function solveTransients(
  program: TileProgram,
  storage: Storage,
  sizes: readonly Float64Array[],
  tile: number,
  options: PlaceOptions,
  solved: Map<string, Solution>,
): Solution {
  const roots: number[] = [];
  const buffers: AllocatorBuffer[] = [];
  program.buffers.forEach((buffer, index) => {
    const size =
      buffer.kind === 'host' || buffer.resident || storage.rootOf[index] !== index
        ? 0
        : roundUp(sizes[index][tile], alignBytes);
    const { first, last } = storage.life;
    if (size === 0 || first[index] < 0) return;
    roots.push(index);
    const lower = options.reuse ? first[index] : 0;
    const upper = options.reuse ? last[index] + 1 : program.phases.length;
    buffers.push({ id: index, lower, upper, size, alignment: alignBytes });
  });
  const key = roots.map((root, i) => `${root}:${buffers[i].size}`).join();
  const known = solved.get(key);
  if (known) return known;
  const solution = solve(roots, buffers, options.strategy);
  solved.set(key, solution);
  return solution;
}

function solve(roots: readonly number[], buffers: readonly AllocatorBuffer[], strategy: Strategy): Solution {
  if (buffers.length === 0) return { roots, offsets: new Float64Array(0), height: 0, bound: 0 };
  const allocation = allocate({ buffers }, { strategy });
  // Without capacity and fixed offsets every problem has a placement.
  if (allocation.status === 'conflict')
    return { roots, offsets: new Float64Array(buffers.length), height: 0, bound: 0 };
  return {
    roots,
    offsets: allocation.placement.offsets,
    height: allocation.placement.height,
    bound: lowerBound(buffers).size,
  };
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

/** Host buffers one behind the other; gives the bytes they take. */
function placeHost(program: TileProgram, offsets: Float64Array[], hostAddress: number): number {
  let at = hostAddress;
  program.buffers.forEach((buffer, index) => {
    if (buffer.kind !== 'host') return;
    offsets[index][0] = at;
    at += roundUp(buffer.bytes[0], alignBytes);
  });
  return at - hostAddress;
}
