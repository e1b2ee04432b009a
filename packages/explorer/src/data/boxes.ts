/** A tile's memory as rectangles of phases by addresses, and how full tiles are. */
import type { BufferKind } from '@tessera-dnn/tiling';
import { type Explored, type ExploredProgram, none } from './explored.ts';
import { addVector, valueAt } from './vectors.ts';

/** What a box is of: a kind of buffer, or what a tile has beside them. */
export type BoxKind = BufferKind | 'tables' | 'code';

/** A storage on one tile: one tensor, or several that are written one over the other; or tables, or code. */
export interface Box {
  readonly kind: BoxKind;
  readonly name: string;
  /** The storage's root; none of tables and code. */
  readonly buffer: number;
  readonly site: number;
  /** Phases counted from the program's first, both inclusive. */
  readonly first: number;
  readonly last: number;
  /** From the start of the tile's SRAM. */
  readonly offsetBytes: number;
  readonly bytes: number;
}

/** What lives for a while in `program` on a tile: the boxes of the compiler's own picture of it, in the order of their first phase. */
export function boxesOf(explored: Explored, { firstPhase, phases }: ExploredProgram, tile: number): readonly Box[] {
  const { buffers, vectors } = explored;
  const boxes: Box[] = [];
  buffers.roots.forEach((root, buffer) => {
    const [first, last] = [buffers.first[buffer] - firstPhase, buffers.last[buffer] - firstPhase];
    if (root !== buffer || first < 0 || first >= phases || !isTransient(explored, buffer)) return;
    // What is written over a storage is nowhere larger than it.
    const bytes = valueAt(vectors, buffers.bytes[buffer], tile);
    if (bytes > 0) boxes.push({ ...named(explored, buffer), first, last, bytes });
  });
  return boxes.sort((a, b) => a.first - b.first || a.offsetBytes - b.offsetBytes);
}

/** What is always on a tile: variables, what is prepared of them, constants, tables and code. */
export function lastingBoxesOf(explored: Explored, { phases }: ExploredProgram, tile: number): readonly Box[] {
  const { buffers, vectors, layout } = explored;
  const always = { first: 0, last: phases - 1 };
  const boxes: Box[] = [];
  buffers.roots.forEach((root, buffer) => {
    const bytes = isResident(explored, buffer) && root === buffer ? valueAt(vectors, buffers.bytes[buffer], tile) : 0;
    if (bytes > 0) boxes.push({ ...named(explored, buffer), ...always, bytes });
  });
  const nowhere = { buffer: none, site: none, ...always };
  const { tableOffset, tableBytes, codeBytes } = layout;
  const [tables, code] = [tableBytes[tile], codeBytes[tile]];
  if (tables > 0) boxes.push({ kind: 'tables', name: 'tables', ...nowhere, offsetBytes: tableOffset, bytes: tables });
  if (code > 0) boxes.push({ kind: 'code', name: 'code', ...nowhere, offsetBytes: tableOffset + tables, bytes: code });
  return boxes;
}

function named({ buffers }: Explored, buffer: number) {
  return {
    kind: buffers.kinds[buffer],
    name: buffers.names[buffer],
    buffer,
    site: buffers.sites[buffer],
    offsetBytes: buffers.offsets[buffer],
  };
}

const residentKinds: ReadonlySet<BufferKind> = new Set(['param', 'state', 'prepared', 'constant']);

/** Whether a buffer is always live. */
export function isResident({ buffers }: Explored, buffer: number): boolean {
  return residentKinds.has(buffers.kinds[buffer]);
}

/** Whether a buffer takes SRAM for a while only. */
function isTransient(explored: Explored, buffer: number): boolean {
  return explored.buffers.kinds[buffer] !== 'host' && !isResident(explored, buffer);
}

/** Bytes by tile of some storages together. */
export function bytesByTile(explored: Explored, roots: Iterable<number>): Float64Array {
  const { buffers, vectors, memory } = explored;
  const sum = new Float64Array(memory.chip.tiles);
  for (const root of roots) addVector(vectors, buffers.bytes[root], sum);
  return sum;
}

/** The storages that hold anything of a line: those with a buffer that comes from it. */
export function rootsOfSite({ buffers }: Explored, site: number): ReadonlySet<number> {
  const roots = new Set<number>();
  buffers.sites.forEach((of, buffer) => {
    if (of === site && buffers.kinds[buffer] !== 'host') roots.add(buffers.roots[buffer]);
  });
  return roots;
}

/** Cycles by tile in which it is busy, from `first` to `last`; and all cycles of these phases, syncs included. */
export function busyCycles(
  { phases, vectors, memory }: Explored,
  first: number,
  last: number,
): { readonly byTile: Float64Array; readonly all: number } {
  const byTile = new Float64Array(memory.chip.tiles);
  let all = 0;
  for (let phase = first; phase <= last; phase++) {
    addVector(vectors, phases.busy[phase], byTile);
    all += phases.cycles[phase];
  }
  return { byTile, all };
}
