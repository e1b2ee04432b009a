/**
 * Offsets of residents: variables, constants and what is prepared of them.
 *
 * A resident lies at one offset on all of its tiles, so that a copy may walk from tile to tile. Residents that share no tile may lie at the
 * same offset. First fit, the largest first: among those that share a tile with it, each takes the lowest gap that holds it; single
 * elements (splat constants) come first, packed tightly.
 */
import { tableFormat } from '@tessera-dnn/machine';
import type { TileProgram } from '../program.ts';

/** What a single element takes at least: tables name places in words in fewer bytes than others. */
export const { wordBytes } = tableFormat.slotAddress;

export interface PlacedResidents {
  /** By buffer; other buffers are not in it. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly heightBytes: number;
}

interface Resident {
  readonly buffer: number;
  readonly sizeBytes: number;
  /** One bit per tile. */
  readonly tiles: Int32Array;
}

/** Residents of the same tiles that lie one after the other, with no room between them. */
interface Taken {
  readonly tiles: Int32Array;
  readonly start: number;
  end: number;
}

type Tiled = Pick<TileProgram, 'buffers' | 'tiles'>;

/** Offsets of all residents, from 0 on and in multiples of `alignBytes`; single elements in multiples of a word. */
export function placeResidents(program: Tiled, alignBytes: number): PlacedResidents {
  const offsets = new Map<number, number>();
  const residents = residentsOf(program).sort((a, b) => b.sizeBytes - a.sizeBytes || a.buffer - b.buffer);
  let at = 0;
  for (const { buffer, sizeBytes } of residents) {
    if (sizeBytes > wordBytes) continue;
    offsets.set(buffer, at);
    at += wordBytes;
  }
  const base = roundUp(at, alignBytes);
  const taken: Taken[] = [];
  let heightBytes = base;
  for (const resident of residents) {
    if (resident.sizeBytes <= wordBytes) continue;
    const start = takeLowestGap(resident, taken, base, alignBytes);
    offsets.set(resident.buffer, start);
    heightBytes = Math.max(heightBytes, roundUp(start + resident.sizeBytes, alignBytes));
  }
  return { offsets, heightBytes };
}

function residentsOf({ buffers, tiles }: Tiled): Resident[] {
  return buffers.flatMap(({ resident, kind, bytes }, buffer) => {
    if (!resident || kind === 'host') return [];
    const bits = new Int32Array(Math.ceil(tiles / 32));
    let sizeBytes = 0;
    for (let tile = 0; tile < tiles; tile++) {
      if (bytes[tile] > 0) bits[tile >> 5] |= 1 << (tile & 31);
      sizeBytes = Math.max(sizeBytes, bytes[tile]);
    }
    return sizeBytes > 0 ? [{ buffer, sizeBytes, tiles: bits }] : [];
  });
}

/** Gives where it begins. `taken` is in order of starts; a program has thousands of residents, but few gaps between them. */
function takeLowestGap({ sizeBytes, tiles }: Resident, taken: Taken[], base: number, alignBytes: number): number {
  let at = base;
  let before: Taken | undefined;
  let next = 0;
  for (; next < taken.length; next++) {
    const other = taken[next];
    if (!meet(other.tiles, tiles)) continue;
    if (at + sizeBytes <= other.start) break;
    const end = roundUp(other.end, alignBytes);
    if (end < at) continue;
    if (end > at || isSame(other.tiles, tiles)) before = other;
    at = end;
  }
  if (before && isSame(before.tiles, tiles)) before.end = at + sizeBytes;
  else {
    while (next > 0 && taken[next - 1].start > at) next--;
    taken.splice(next, 0, { tiles, start: at, end: at + sizeBytes });
  }
  return at;
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.every((bits, i) => bits === b[i]);
}

function meet(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i] & b[i]) !== 0) return true;
  return false;
}

function roundUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
