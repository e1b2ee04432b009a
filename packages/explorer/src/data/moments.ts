/** How much is live when: in a phase on all tiles, and on a tile in all phases. What lies in two live storages is counted once. */
import { type Box, boxesOf, isResident } from './boxes.ts';
import type { Explored, ExploredProgram } from './explored.ts';
import { addVector, valueAt } from './vectors.ts';

/** Bytes by tile that are used in a phase, counted over all programs: what is always there, tables and code too, and what is live then. */
export function bytesInPhase(explored: Explored, phase: number): Float64Array {
  const { buffers, vectors, layout, ties, memory } = explored;
  const { tableBytes, codeBytes } = layout;
  const sum = Float64Array.from({ length: memory.chip.tiles }, (_, tile) => tableBytes[tile] + codeBytes[tile]);
  buffers.roots.forEach((root, buffer) => {
    if (root !== buffer || buffers.kinds[buffer] === 'host') return;
    const isLive = isResident(explored, buffer) || (buffers.first[buffer] <= phase && phase <= buffers.last[buffer]);
    if (isLive) addVector(vectors, buffers.bytes[buffer], sum);
  });
  ties.phases.forEach((at, tie) => {
    if (at === phase) for (let tile = 0; tile < sum.length; tile++) sum[tile] -= sharedBytes(explored, tie, tile);
  });
  return sum;
}

/** Bytes that a result has in common with the operand that it is written behind. */
function sharedBytes({ buffers, ties, vectors }: Explored, tie: number, tile: number): number {
  const both = [ties.operands[tie], ties.results[tie]];
  const starts = both.map(buffer => buffers.offsets[buffer]);
  const ends = both.map((buffer, i) => starts[i] + valueAt(vectors, buffers.bytes[buffer], tile));
  return Math.max(0, Math.min(...ends) - Math.max(...starts));
}

/** A program's memory on one tile, phase by phase. */
export interface Moments {
  /** Bytes of what lives for a while, by phase of the program. */
  readonly live: Float64Array;
  /** The first phase in which that is most. */
  readonly fullest: number;
  /** Boxes with the bytes that are live in a phase: without those that a result shares with its operand. */
  readonly at: (phase: number) => readonly { readonly box: Box; readonly bytes: number }[];
}

/** How a program's memory on a tile changes. `boxes` are those of the tile that live for a while. */
export function momentsOf(
  explored: Explored,
  program: ExploredProgram,
  tile: number,
  boxes: readonly Box[] = boxesOf(explored, program, tile),
): Moments {
  const { ties } = explored;
  const shared = new Map<number, number>();
  ties.results.forEach((result, tie) => {
    shared.set(result, sharedBytes(explored, tie, tile));
  });
  const live = new Float64Array(program.phases + 1);
  for (const { buffer, first, last, bytes } of boxes) {
    const once = shared.get(buffer) ?? 0;
    live[first] += bytes - once;
    live[first + 1] += once;
    live[last + 1] -= bytes;
  }
  for (let phase = 1; phase < live.length; phase++) live[phase] += live[phase - 1];
  const fullest = live
    .subarray(0, program.phases)
    .reduce((best, bytes, phase) => (bytes > live[best] ? phase : best), 0);
  const at = (phase: number) =>
    boxes
      .filter(({ first, last }) => first <= phase && phase <= last)
      .map(box => ({ box, bytes: box.bytes - (box.first === phase ? (shared.get(box.buffer) ?? 0) : 0) }));
  return { live: live.subarray(0, program.phases), fullest, at };
}
