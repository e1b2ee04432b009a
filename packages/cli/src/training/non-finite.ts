/**
 * Which tensor went wrong first. The step that ended with NaN or infinity is run again from the same variables and inputs, phase by
 * phase; after each compute phase its result is looked at, on every tile, where the placement says it lies.
 */
import type { Chip } from '@tessera/chip';
import { type Plan, userSpan } from '@tessera/compiler';
import type { Note } from '@tessera/diagnostics';
import { counted } from '../show/numbers.ts';

type Phase = Plan['tiles']['phases'][number];
type Result = Extract<Phase, { kind: 'compute' }>;

/**
 * Notes for the first tensor with NaN or infinity, and for the first with NaN if that is another. The chip must be as it was before the
 * step; afterwards its variables are worth nothing.
 */
export function firstNonFinite(plan: Plan, chip: Chip, program: string): readonly Note[] {
  const bad = nonFiniteInput(chip, program);
  if (bad) return [bad];
  clearTransients(plan, chip);
  const notes: Note[] = [];
  const { prepare, programs, phases } = plan.tiles;
  const own = programs.find(({ name }) => name === program);
  const runs = own ? [prepare, own] : [];
  const order = runs.flatMap(run => phases.slice(run.firstPhase, run.firstPhase + run.phases));
  for (const [at, phase] of order.entries()) {
    if (!chip.step(program, at).ok) break;
    if (phase.kind !== 'compute') continue;
    const found = look(plan, chip, phase);
    if (found.nan > 0 || (found.infinite > 0 && notes.length === 0)) notes.push(noteOf(phase, plan, found));
    if (found.nan > 0) break;
  }
  return notes;
}

interface Found {
  readonly nan: number;
  readonly infinite: number;
}

function nonFiniteInput(chip: Chip, program: string): Note | undefined {
  for (const { name, type, address, bytes } of chip.programs[program].inputs) {
    if (type !== 'f32') continue;
    const { nan, infinite } = count(new Float32Array(chip.memory.buffer, address, bytes / 4));
    if (nan + infinite > 0) return { message: `the data itself has it: input ${name} ${described({ nan, infinite })}` };
  }
  return undefined;
}

/** So that what is left there from earlier runs, in gaps and behind short results, is taken for nothing. */
function clearTransients({ placement }: Plan, chip: Chip): void {
  placement.tiles.forEach(({ tables, residents, transients }, tile) => {
    const begin = tile * placement.tileStrideBytes + tables + residents;
    new Uint8Array(chip.memory.buffer, begin, transients).fill(0);
  });
}

/** The result's buffer on all tiles that computed a part of it. */
function look({ tiles, placement }: Plan, chip: Chip, { slots, classOf }: Result): Found {
  const { buffer } = slots[slots.length - 1];
  const { type, bytes, kind } = tiles.buffers[buffer];
  let [nan, infinite] = [0, 0];
  if (type.element !== 'f32') return { nan, infinite };
  classOf.forEach((vertex, tile) => {
    if (vertex < 0) return;
    const at = kind === 'host' ? 0 : tile;
    const begin = placement.offsets[buffer][at] + (kind === 'host' ? 0 : tile * placement.tileStrideBytes);
    const found = count(new Float32Array(chip.memory.buffer, begin, bytes[at] / 4));
    nan += found.nan;
    infinite += found.infinite;
  });
  return { nan, infinite };
}

function count(values: Float32Array): Found {
  let [nan, infinite] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
  }
  return { nan, infinite };
}

function noteOf({ name, origin, slots }: Result, { tiles }: Plan, found: Found): Note {
  const { element, shape } = tiles.buffers[slots[slots.length - 1].buffer].type;
  return { message: `${name}, ${element}[${shape.join(', ')}], ${described(found)}`, span: userSpan(origin) };
}

function described({ nan, infinite }: Found): string {
  const parts = [nan > 0 && counted(nan, 'NaN element'), infinite > 0 && counted(infinite, 'infinite element')];
  return `has ${parts.filter(Boolean).join(' and ')}`;
}
