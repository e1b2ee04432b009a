/** How full tiles are while each node runs: what a planner asks that gives a node as much as its own moments leave. */
import type { ValueId } from '@tessera-dnn/graph';
import type { FirstPhases } from '../lower/lower.ts';
import type { Placement } from '../place/place.ts';
import type { TileProgram } from '../program.ts';
import { isTransient } from './report.ts';

/** A node of a program of the module, and the bytes of all that lives in the fullest of its phases. */
export interface NodeMoment {
  readonly program: number;
  readonly value: ValueId;
  readonly liveBytes: number;
}

/** The moments of all nodes that have phases, in the order of programs and nodes. */
export function nodeMoments(tiles: TileProgram, placement: Placement, firstPhases: FirstPhases): readonly NodeMoment[] {
  const live = liveBytes(tiles, placement);
  return firstPhases.flatMap((begins = [], program) =>
    begins.slice(0, -1).flatMap((from, value) => {
      const most = live.subarray(from, begins[value + 1]).reduce((a, b) => Math.max(a, b), -1);
      return most < 0 ? [] : [{ program, value: value as ValueId, liveBytes: most }];
    }),
  );
}

/** What a tile with the longest tables and code holds at all times, in bytes. */
export function lastingBytes({ tiles }: Placement): number {
  return tiles.reduce((most, { residents, tables, code }) => Math.max(most, residents + tables + code), 0);
}

/** By phase, the bytes of what lives for a while. Offsets are the same on all tiles, so each storage counts as large as on any. */
function liveBytes({ buffers, phases }: TileProgram, { storage, ties }: Placement): Float64Array {
  const sizes = new Float64Array(buffers.length);
  buffers.forEach((buffer, index) => {
    if (!isTransient(buffer) || storage.life.first[index] < 0) return;
    const root = storage.rootOf[index];
    sizes[root] = buffer.bytes.reduce((most, bytes) => Math.max(most, bytes), sizes[root]);
  });
  const change = new Float64Array(phases.length + 1);
  sizes.forEach((bytes, root) => {
    if (bytes === 0) return;
    change[storage.life.first[root]] += bytes;
    change[storage.life.last[root] + 1] -= bytes;
  });
  // A result that lies behind its operand reaches into it while it is made.
  for (const { operand, result, phase } of ties) {
    const shared = Math.min(sizes[storage.rootOf[operand]], sizes[storage.rootOf[result]]);
    change[phase] -= shared;
    change[phase + 1] += shared;
  }
  let bytes = 0;
  return change.map(more => (bytes += more)).subarray(0, phases.length);
}
