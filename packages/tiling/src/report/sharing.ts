/** Which results share memory with what they are made of, and which do not: for those who ask why. */
import type { Placement } from '../place/place.ts';
import type { Decision } from '../place/storage.ts';
import type { BufferId, TileProgram } from '../program.ts';
import { isTransient } from './report.ts';

/**
 * How a result might have shared an operand's memory, and what became of it: stored `over` it, begun before it and reaching into it
 * (`behind` its reads), the new value of a variable over the old one (`update`), a `view`; or `apart`.
 */
export interface Sharing {
  readonly how: 'over' | 'behind' | 'update' | 'view' | 'apart';
  readonly result: string;
  /** Absent where it takes no memory. */
  readonly resultBuffer?: BufferId;
  readonly operand: BufferId;
  /** What is shared, or might have been, on the tile where that is most. */
  readonly bytes: number;
  readonly reason: string;
}

/** Every candidate, in program order: in place, updates, movement. */
export function sharings(program: TileProgram, placement: Placement): readonly Sharing[] {
  const moved = program.moves.map(({ name, from, to, bytes, reason }): Sharing => {
    return { how: to === undefined ? 'view' : 'apart', result: name, resultBuffer: to, operand: from, bytes, reason };
  });
  const decided = placement.storage.decisions.map(decision => overwriting(program, placement, decision));
  return [...decided, ...updates(program), ...moved];
}

function overwriting(program: TileProgram, placement: Placement, decision: Decision): Sharing {
  const { result, operand, how, reason } = decision;
  const named = { result: program.buffers[result].name, resultBuffer: result, operand };
  const common = smaller(program, result, operand);
  if (how !== 'behind') return { ...named, how, bytes: common, reason };
  if (placement.ties.some(tie => tie.result === result))
    return { ...named, how, bytes: sharedBytes(program, placement, result, operand), reason };
  return { ...named, how: 'apart', bytes: common, reason: 'sharing memory would not lower the peak' };
}

/** The bytes both could share on the tile where that is most. */
function smaller({ buffers }: TileProgram, a: BufferId, b: BufferId): number {
  return buffers[a].bytes.reduce((most, bytes, tile) => Math.max(most, Math.min(bytes, buffers[b].bytes[tile])), 0);
}

/** New values of variables that are computed over the old ones; the others are moves. */
function updates({ phases, buffers }: TileProgram): readonly Sharing[] {
  return phases.flatMap((phase): Sharing[] => {
    if (phase.kind === 'exchange') return [];
    const result = phase.slots[phase.slots.length - 1].buffer;
    const { name, replaces, bytes } = buffers[result];
    if (replaces === undefined) return [];
    const most = bytes.reduce((a, b) => Math.max(a, b), 0);
    const reason = 'nothing reads the old value later';
    return [{ how: 'update', result: name, resultBuffer: result, operand: replaces, bytes: most, reason }];
  });
}

/** Addresses that two buffers have in common, on the tile where that is most. */
function sharedBytes({ buffers }: TileProgram, { offsets }: Placement, a: BufferId, b: BufferId): number {
  return buffers[a].bytes.reduce((most, bytes, tile) => {
    const [from, to] = [offsets[a][tile], offsets[b][tile]];
    return Math.max(most, Math.min(from + bytes, to + buffers[b].bytes[tile]) - Math.max(from, to));
  }, 0);
}

/** Why two buffers share memory, or do not. */
export interface Relation {
  /** On the tile where that is most. */
  readonly sharedBytes: number;
  readonly reason: string;
}

/** `candidates`: all {@link sharings} of the program. */
export function relationOf(
  program: TileProgram,
  placement: Placement,
  candidates: readonly Sharing[],
  a: BufferId,
  b: BufferId,
): Relation {
  const odd = [a, b].find(buffer => program.buffers[buffer].kind === 'host');
  if (odd !== undefined) return { sharedBytes: 0, reason: `${program.buffers[odd].name} lies in the host window` };
  const bytes = sharedBytes(program, placement, a, b);
  const between = candidates.filter(
    ({ resultBuffer, operand }) => (resultBuffer === a && operand === b) || (resultBuffer === b && operand === a),
  );
  const told = between.map(({ how, reason }) => `${howTexts[how]} ${reason}`).join('; ');
  return { sharedBytes: bytes, reason: told || whyUnrelated(program, placement, a, b, bytes) };
}

/** For buffers of which neither is made of the other. */
function whyUnrelated(program: TileProgram, placement: Placement, a: BufferId, b: BufferId, bytes: number): string {
  const { buffers, phases } = program;
  const { rootOf, life } = placement.storage;
  if (a === b) return 'they are the same tensor';
  if (rootOf[a] === rootOf[b]) return `both lie in the memory of ${buffers[rootOf[a]].name}, one after the other`;
  const lasting = [a, b].find(buffer => !isTransient(buffers[buffer]));
  if (lasting !== undefined) return `${buffers[lasting].name} has to stay in memory`;
  const [first, second] = [rootOf[a], rootOf[b]];
  const from = Math.max(life.first[first], life.first[second]);
  const to = Math.min(life.last[first], life.last[second]);
  if (from > to)
    return bytes > 0
      ? 'they are never needed at the same time'
      : 'they could share memory, since they are never needed at the same time, but no tensor had to';
  const when = from === to ? `in ${phases[from].name}` : `from ${phases[from].name} to ${phases[to].name}`;
  return `both are needed ${when}`;
}

const howTexts: Readonly<Record<Sharing['how'], string>> = {
  over: 'one is stored over the other:',
  behind: 'one partly overwrites the other while it reads it:',
  update: 'one is the new value of the other:',
  view: 'one is a view of the other:',
  apart: 'one might have been stored over the other, but',
};
