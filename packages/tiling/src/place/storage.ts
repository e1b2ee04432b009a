/**
 * Storage: which buffers share memory because one is written over the other, and when each storage is live.
 *
 * Analysis first: a compute phase may store its result over an operand that dies there, if the op declares it, both lie element for
 * element alike on every tile, and no other slot of the phase reads that operand. Such buffers become one storage whose life is
 * the union of theirs.
 */
import type { BufferId, ComputePhase, TileProgram } from '../program.ts';
import { copyWidth } from '../program.ts';

export interface Life {
  /** First and last phase that touch the buffer, inclusive; -1 if none does. */
  readonly first: Int32Array;
  readonly last: Int32Array;
}

export interface Storage {
  /** The storage (named by its first buffer) of every buffer. */
  readonly rootOf: Int32Array;
  readonly life: Life;
  /** Buffer → why it was not stored over an operand, or which it took: for `tessera why`. */
  readonly decisions: readonly Decision[];
}

export interface Decision {
  readonly result: BufferId;
  readonly operand: BufferId;
  readonly phase: number;
  readonly taken: boolean;
  readonly reason: string;
}

export function bufferLives(program: TileProgram): Life {
  const first = new Int32Array(program.buffers.length).fill(-1);
  const last = new Int32Array(program.buffers.length).fill(-1);
  const touch = (buffer: number, phase: number) => {
    if (buffer < 0) return;
    if (first[buffer] < 0) first[buffer] = phase;
    last[buffer] = phase;
  };
  program.phases.forEach((phase, index) => {
    if (phase.kind === 'compute') for (const slot of phase.slots) touch(slot.buffer, index);
    else {
      for (let at = 0; at < phase.copies.length; at += copyWidth) {
        touch(phase.copies[at + 2], index);
        touch(phase.copies[at + 5], index);
      }
    }
  });
  return { first, last };
}

export interface StorageOptions {
  readonly inPlace: boolean;
}

export function assignStorage(program: TileProgram, options: StorageOptions): Storage {
  const life = bufferLives(program);
  const rootOf = Int32Array.from(program.buffers, (_, buffer) => buffer);
  const decisions: Decision[] = [];
  program.buffers.forEach(({ replaces }, buffer) => {
    if (replaces !== undefined) rootOf[buffer] = replaces;
  });
  if (options.inPlace) {
    program.phases.forEach((phase, index) => {
      if (phase.kind === 'compute') overwriteDying(program, phase, index, life, rootOf, decisions);
    });
  }
  return { rootOf, life: uniteLives(life, rootOf), decisions };
}

function overwriteDying(
  program: TileProgram,
  phase: ComputePhase,
  index: number,
  life: Life,
  rootOf: Int32Array,
  decisions: Decision[],
): void {
  const result = phase.slots[phase.slots.length - 1].buffer;
  if (program.buffers[result].replaces !== undefined) return;
  for (const slot of phase.overwritable) {
    const operand = phase.slots[slot].buffer;
    const reason = whyNot(program, phase, index, operand, result, life);
    decisions.push({ result, operand, phase: index, taken: reason === undefined, reason: reason ?? 'dies here' });
    if (reason === undefined) {
      rootOf[result] = rootOf[operand];
      return;
    }
  }
}

/** Why `result` cannot be stored over `operand`, or undefined if it can. */
function whyNot(
  program: TileProgram,
  phase: ComputePhase,
  index: number,
  operand: BufferId,
  result: BufferId,
  life: Life,
): string | undefined {
  const from = program.buffers[operand];
  const to = program.buffers[result];
  if (from.resident || from.replaces !== undefined) return 'it is always live';
  if (from.kind === 'host') return 'it lies in the host window';
  if (to.resident) return 'the result is always live';
  if (life.last[operand] !== index) return `it is read again in phase ${life.last[operand]}`;
  if (phase.slots.slice(0, -1).some((s, i) => s.buffer === operand && !phase.overwritable.includes(i))) {
    return 'the op also reads it in a way that must not be overwritten';
  }
  for (let tile = 0; tile < program.tiles; tile++) {
    if (phase.classOf[tile] >= 0 ? from.bytes[tile] < to.bytes[tile] : from.bytes[tile] > 0)
      return 'it is cut differently';
  }
  return undefined;
}

function uniteLives(life: Life, rootOf: Int32Array): Life {
  const first = life.first.slice();
  const last = life.last.slice();
  for (let buffer = 0; buffer < rootOf.length; buffer++) {
    const root = rootOf[buffer];
    if (root === buffer || first[buffer] < 0) continue;
    first[root] = first[root] < 0 ? first[buffer] : Math.min(first[root], first[buffer]);
    last[root] = Math.max(last[root], last[buffer]);
  }
  return { first, last };
}
