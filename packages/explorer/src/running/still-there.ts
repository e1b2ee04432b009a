/** Which tensor a storage holds between two phases of a program: several may lie over each other, one after the other. */
import type { Explored, ExploredProgram } from '../data/explored.ts';

/** What a program does to one buffer. */
interface Life {
  readonly buffer: number;
  /** The last phase that writes it so far; -1: it was written before the program. */
  readonly written: number;
  /** The last phase that reads it. */
  readonly read: number;
}

/**
 * The buffer in the storage `root` whose tensor is whole after `done` phases of the program; or why there is none. `done` counts from 0: then only what was there
 * before is there.
 */
export function heldBuffer(
  explored: Explored,
  program: ExploredProgram,
  root: number,
  done: number,
): { readonly buffer: number } | { readonly reason: string } {
  const { buffers, phases } = explored;
  const lives = livesIn(explored, program, root, done);
  const isLasting = ['param', 'state', 'prepared', 'constant', 'host'].includes(buffers.kinds[root]);
  const present = lives.filter(({ buffer, written }) => written >= 0 || (isLasting && buffer === root));
  const last = present.reduce((a, b) => (b && (!a || b.written > a.written) ? b : a), present[0]);
  if (!last) return { reason: 'It is not made yet: go on.' };
  const now = done - 1;
  const isPartly = lives.some(
    ({ buffer }) => buffer === last.buffer && isWrittenAfter(explored, program, buffer, done),
  );
  if (isPartly && !isLasting) return { reason: 'It is made by several phases, and not all of them have run: go on.' };
  const isGone = last.written < now && (last.read < now || isWrittenOver(explored, root, program.firstPhase + now));
  if (isLasting || !isGone) return { buffer: last.buffer };
  const reader = last.read < 0 ? last.written : last.read;
  return {
    reason: `Nobody needs it after ${phases.names[program.firstPhase + reader]}, and its place may be another tensor’s: go back.`,
  };
}

/** Whether the result of the phase that reads it last is written behind those reads, over some of it. */
function isWrittenOver({ ties, buffers }: Explored, root: number, phase: number): boolean {
  return ties.operands.some((operand, i) => buffers.roots[operand] === root && ties.phases[i] === phase);
}

function livesIn(
  { phases, buffers }: Explored,
  { firstPhase, phases: count }: ExploredProgram,
  root: number,
  done: number,
): readonly Life[] {
  const lives = new Map<number, { buffer: number; written: number; read: number }>();
  const lifeOf = (buffer: number) => {
    const known = lives.get(buffer) ?? { buffer, written: -1, read: -1 };
    lives.set(buffer, known);
    return known;
  };
  lifeOf(root);
  for (let phase = 0; phase < count; phase++) {
    for (let i = phases.starts[firstPhase + phase]; i < phases.starts[firstPhase + phase + 1]; i++) {
      const buffer = phases.touched[i];
      if (buffers.roots[buffer] !== root) continue;
      if (phases.writes[i] === 0) lifeOf(buffer).read = phase;
      else if (phase < done) lifeOf(buffer).written = phase;
    }
  }
  return [...lives.values()];
}

function isWrittenAfter(
  { phases }: Explored,
  { firstPhase, phases: count }: ExploredProgram,
  buffer: number,
  done: number,
): boolean {
  for (let phase = done; phase < count; phase++)
    for (let i = phases.starts[firstPhase + phase]; i < phases.starts[firstPhase + phase + 1]; i++)
      if (phases.touched[i] === buffer && phases.writes[i] === 1) return true;
  return false;
}
