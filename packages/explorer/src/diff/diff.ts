/** What differs between two plans: of two texts, or of one text with other settings. Tensors and phases are found by their names. */
import type { Explored, ExploredProgram } from '../data/explored.ts';
import { phaseFacts } from '../data/phase-facts.ts';
import { extent } from '../data/vectors.ts';

/** A number before and after; undefined where one of the plans has nothing of that name. */
export interface Change {
  readonly name: string;
  readonly before?: number;
  readonly after?: number;
}

/** A tensor: what it takes on the tile that holds most of it. */
export interface TensorChange extends Change {
  readonly kind: string;
}

export interface ProgramDifference {
  readonly program: string;
  readonly cycles: Change;
  readonly phases: Change;
  /** Bytes that all tiles receive in all exchanges. */
  readonly moved: Change;
  /** Phases that take more or fewer cycles, the largest difference first. */
  readonly byPhase: readonly Change[];
}

export interface Difference {
  readonly fits: { readonly before: boolean; readonly after: boolean };
  /** The rows of the report for the fullest tile of each: bytes used, then by what for. */
  readonly tile: readonly Change[];
  /** Tensors that take more or less, the largest difference first. */
  readonly tensors: readonly TensorChange[];
  readonly programs: readonly ProgramDifference[];
}

/** All differences, from `before` to `after`. */
export function difference(before: Explored, after: Explored): Difference {
  return {
    fits: { before: before.fits, after: after.fits },
    tile: tileChanges(before, after),
    tensors: tensorChanges(before, after),
    programs: programChanges(before, after),
  };
}

function tileChanges(before: Explored, after: Explored): readonly Change[] {
  const [from, to] = [before, after].map(({ memory }) => memory.tiles[memory.peak.tile]);
  const rows = Object.keys(from).filter((row): row is keyof typeof from => row !== 'tile');
  return rows.map(name => ({ name, before: from[name], after: to[name] }));
}

function tensorChanges(before: Explored, after: Explored): readonly TensorChange[] {
  const changes = changesOf(tensorsOf(before), tensorsOf(after));
  return changes.map(({ name, ...numbers }) => {
    const [kind, tensor] = name.split('\n');
    return { name: tensor, kind, ...numbers };
  });
}

/** Bytes by kind and name. A name may stand for several buffers, as parts of sums: they count together. */
function tensorsOf({ buffers, vectors }: Explored): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  buffers.names.forEach((name, buffer) => {
    if (buffers.roots[buffer] !== buffer || buffers.kinds[buffer] === 'host') return;
    const key = `${buffers.kinds[buffer]}\n${name}`;
    sums.set(key, (sums.get(key) ?? 0) + extent(vectors, buffers.bytes[buffer]).most);
  });
  return sums;
}

function programChanges(before: Explored, after: Explored): readonly ProgramDifference[] {
  const names = new Set([...before.programs, ...after.programs].map(({ name }) => name));
  return [...names].map(program => {
    const [from, to] = [before, after].map(explored => totalsOf(explored, program));
    const change = (name: 'cycles' | 'phases' | 'moved'): Change => ({ name, before: from?.[name], after: to?.[name] });
    const byPhase = changesOf(from?.byPhase ?? new Map(), to?.byPhase ?? new Map());
    return { program, cycles: change('cycles'), phases: change('phases'), moved: change('moved'), byPhase };
  });
}

interface Totals {
  readonly cycles: number;
  readonly phases: number;
  readonly moved: number;
  readonly byPhase: ReadonlyMap<string, number>;
}

function totalsOf(explored: Explored, name: string): Totals | undefined {
  const program = explored.programs.find(each => each.name === name);
  if (!program) return undefined;
  const facts = factsOf(explored, program);
  const byPhase = new Map<string, number>();
  for (const { name, cycles } of facts) byPhase.set(name, (byPhase.get(name) ?? 0) + cycles);
  const sum = (of: (each: (typeof facts)[number]) => number) => facts.reduce((all, each) => all + of(each), 0);
  return {
    cycles: sum(({ cycles }) => cycles),
    phases: program.phases,
    moved: sum(({ movedBytes }) => movedBytes),
    byPhase,
  };
}

function factsOf(explored: Explored, { firstPhase, phases }: ExploredProgram) {
  return Array.from({ length: phases }, (_, phase) => phaseFacts(explored, firstPhase + phase));
}

/** What is not the same in both, the largest difference first. */
function changesOf(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): readonly Change[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changes = [...names].map(name => ({ name, before: before.get(name), after: after.get(name) }));
  const size = ({ before = 0, after = 0 }: Change) => Math.abs(after - before);
  return changes.filter(change => change.before !== change.after).sort((a, b) => size(b) - size(a));
}
