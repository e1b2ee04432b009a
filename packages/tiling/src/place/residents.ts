/**
 * Offsets of residents: variables, constants and what is prepared of them.
 *
 * A resident lies at one offset on all of its tiles, so that a copy may walk from tile to tile. Residents that share no tile may lie at the
 * same offset. First fit, the largest first: among those that share a tile with it, each takes the lowest gap that holds it; single
 * elements (splat constants) come first, packed tightly.
 */
import type { TileProgram } from '../program.ts';
import { wordBytes } from './tables.ts';

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

interface Placed extends Resident {
  readonly start: number;
}

export function placeResidents(program: TileProgram, alignBytes: number): PlacedResidents {
  const offsets = new Map<number, number>();
  const residents = residentsOf(program).sort((a, b) => b.sizeBytes - a.sizeBytes || a.buffer - b.buffer);
  let at = 0;
  for (const { buffer, sizeBytes } of residents) {
    if (sizeBytes > wordBytes) continue;
    offsets.set(buffer, at);
    at += wordBytes;
  }
  const base = roundUp(at, alignBytes);
  const placed: Placed[] = [];
  let heightBytes = base;
  for (const resident of residents) {
    if (resident.sizeBytes <= wordBytes) continue;
    const start = lowestGap(resident, placed, base, alignBytes);
    offsets.set(resident.buffer, start);
    placed.push({ ...resident, start });
    heightBytes = Math.max(heightBytes, roundUp(start + resident.sizeBytes, alignBytes));
  }
  return { offsets, heightBytes };
}

function residentsOf({ buffers, tiles }: TileProgram): Resident[] {
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

function lowestGap(resident: Resident, placed: readonly Placed[], base: number, alignBytes: number): number {
  const inTheWay = placed.filter(other => meet(other.tiles, resident.tiles)).sort((a, b) => a.start - b.start);
  let at = base;
  for (const { start, sizeBytes } of inTheWay) {
    if (at + resident.sizeBytes <= start) break;
    at = Math.max(at, roundUp(start + sizeBytes, alignBytes));
  }
  return at;
}

function meet(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i] & b[i]) !== 0) return true;
  return false;
}

function roundUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
