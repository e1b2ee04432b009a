/**
 * Storage: which buffers share memory because one is written over the other, and when each storage is live.
 *
 * Analysis first: a compute phase may store its result over an operand that dies there, if the op declares it, both lie element for
 * element alike on every tile, and no other slot of the phase reads that operand. Such buffers become one storage whose life is
 * the union of theirs. Among several such operands the one with the least memory is taken: the others' is free all the earlier.
 * Where there is none, a result may still be written so far behind the reads of an operand that dies that both share part of their
 * memory (`behind`): such storages stay two; whether they are tied is decided where they are placed. New values of variables lie
 * where the old ones did.
 */

import { addressedSlots, type BufferId, type ComputePhase, type TileProgram } from '../program.ts';
import { phaseText } from '../report/phase-number.ts';

export interface Life {
  /** First and last phase that touch the buffer, inclusive; -1 if none does. */
  readonly first: Int32Array;
  readonly last: Int32Array;
}

export interface Storage {
  /** For every buffer its storage, which is named by its first buffer. */
  readonly rootOf: Int32Array;
  readonly life: Life;
  /** Results that may begin before their operand's storage and reach into it, in the order of phases. */
  readonly ties: readonly Tie[];
  /** What became of every operand a result might have taken the memory of. */
  readonly decisions: readonly Decision[];
}

/** The storage `result`, new in `phase`, may lie `distanceBytes` or more before the storage `operand`, which dies there. */
export interface Tie {
  readonly operand: BufferId;
  readonly result: BufferId;
  readonly phase: number;
  readonly distanceBytes: number;
}

export interface Decision {
  readonly result: BufferId;
  readonly operand: BufferId;
  readonly phase: number;
  /** How the result shares the operand's memory, if it does: over it, or (if so placed) behind it. */
  readonly how: 'over' | 'behind' | 'apart';
  /** Why it does, or does not. */
  readonly reason: string;
}

/** The first and last phase that name each buffer, whatever a storage makes of it. */
export function bufferLives(program: TileProgram): Life {
  const first = new Int32Array(program.buffers.length).fill(-1);
  const last = new Int32Array(program.buffers.length).fill(-1);
  const touch = (buffer: number, phase: number) => {
    if (buffer < 0) return;
    if (first[buffer] < 0) first[buffer] = phase;
    last[buffer] = phase;
  };
  program.phases.forEach((phase, index) => {
    if (phase.kind === 'compute') for (const slot of addressedSlots(phase)) touch(slot.buffer, index);
    else {
      for (let i = 0; i < phase.copies.count; i++) {
        touch(phase.copies.from(i), index);
        touch(phase.copies.to(i), index);
      }
    }
  });
  return { first, last };
}

export interface StorageOptions {
  readonly inPlace: boolean;
}

/** Decides which buffers share a storage; without `inPlace`, only new values of variables lie over old ones. */
export function assignStorage(program: TileProgram, options: StorageOptions): Storage {
  const life = bufferLives(program);
  const rootOf = Int32Array.from(program.buffers, ({ replaces }, buffer) => replaces ?? buffer);
  const state: Analysis = { program, life, rootOf, decisions: [], ties: [] };
  if (options.inPlace) {
    program.phases.forEach((phase, index) => {
      if (phase.kind === 'compute') overwriteDying(state, phase, index);
    });
  }
  const ties = state.ties.map(tie => ({ ...tie, operand: rootOf[tie.operand] as BufferId }));
  return { rootOf, life: uniteLives(life, rootOf), ties, decisions: state.decisions };
}

interface Analysis {
  readonly program: TileProgram;
  readonly life: Life;
  readonly rootOf: Int32Array;
  readonly decisions: Decision[];
  readonly ties: Tie[];
}

function overwriteDying(state: Analysis, phase: ComputePhase, index: number): void {
  const { program, rootOf, decisions } = state;
  const result = phase.slots[phase.slots.length - 1].buffer;
  if (program.buffers[result].replaces !== undefined) return;
  const tried = new Set<BufferId>();
  let best: BufferId | undefined;
  const considered: { readonly operand: BufferId; readonly reason: string | undefined }[] = [];
  for (const slot of phase.overwritable) {
    const operand = phase.slots[slot].buffer;
    if (tried.has(operand)) continue;
    tried.add(operand);
    const reason = whyNotOver(state, phase, index, operand, result);
    considered.push({ operand, reason });
    if (reason === undefined && (best === undefined || bytesOf(state, operand) < bytesOf(state, best))) best = operand;
  }
  for (const { operand, reason } of considered) {
    const [how, why] =
      operand === best
        ? (['over', 'nothing reads the operand later'] as const)
        : (['apart', reason ?? `the result is stored over ${program.buffers[best ?? operand].name} instead`] as const);
    decisions.push({ result, operand, phase: index, how, reason: why });
  }
  if (best !== undefined) rootOf[result] = rootOf[best];
  else for (const { slot, distanceBytes } of phase.behind ?? []) tie(state, phase, index, slot, distanceBytes);
}

/** The bytes of an operand's storage on all tiles. */
function bytesOf({ program, rootOf }: Analysis, operand: BufferId): number {
  return program.buffers[rootOf[operand]].bytes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Why `result` cannot be stored over `operand`, or undefined if it can. */
function whyNotOver(
  state: Analysis,
  phase: ComputePhase,
  index: number,
  operand: BufferId,
  result: BufferId,
): string | undefined {
  const { program } = state;
  const from = program.buffers[operand];
  const to = program.buffers[result];
  const alive = whyNotFree(state, index, operand);
  if (alive !== undefined) return alive;
  if (to.resident) return 'the result has to stay in memory';
  if (phase.slots.slice(0, -1).some((s, i) => s.buffer === operand && !phase.overwritable.includes(i))) {
    return 'the operation still needs other elements of the operand when it stores the result';
  }
  for (let tile = 0; tile < program.tiles; tile++) {
    if (phase.classOf[tile] >= 0 ? from.bytes[tile] < to.bytes[tile] : from.bytes[tile] > 0)
      return 'the operand is smaller than the result, or lies on other tiles';
  }
  return undefined;
}

/** Why the memory of `operand` is not to be had in phase `index`, or undefined if it dies there. */
function whyNotFree({ program, life }: Analysis, index: number, operand: BufferId): string | undefined {
  const { resident, replaces, kind } = program.buffers[operand];
  if (resident || replaces !== undefined) return 'the operand has to stay in memory';
  if (kind === 'host') return 'the operand lies in the host window';
  const last = life.last[operand];
  return last === index ? undefined : `the operand is read again in ${phaseText(program, last)}`;
}

function tie(state: Analysis, phase: ComputePhase, index: number, slot: number, distanceBytes: number): void {
  const { program, decisions } = state;
  const operand = phase.slots[slot].buffer;
  const result = phase.slots[phase.slots.length - 1].buffer;
  const read = phase.slots.slice(0, -1).filter(other => other.buffer === operand).length;
  const reason =
    whyNotFree(state, index, operand) ??
    (program.buffers[result].resident ? 'the result has to stay in memory' : undefined) ??
    (read > 1 ? 'the operation still needs other elements of the operand when it stores the result' : undefined);
  const how = reason === undefined ? 'behind' : 'apart';
  decisions.push({
    result,
    operand,
    phase: index,
    how,
    reason: reason ?? `its writes stay ${distanceBytes} B behind its reads of the operand`,
  });
  if (reason === undefined) state.ties.push({ operand, result, phase: index, distanceBytes });
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
