/**
 * Finds the tensor that was the first with NaN or infinity. The step is run again from the same variables and inputs, phase by phase. After
 * each compute phase its result is examined on every tile, at the address that the placement gives it.
 */
import type { Chip } from '@tessera-dnn/chip';
import { type Plan, userSpan } from '@tessera-dnn/compiler';
import type { Note } from '@tessera-dnn/diagnostics';
import { elementBytes, isFloat, type ManifestElement, readElements } from '@tessera-dnn/machine';

type Phase = Plan['tiles']['phases'][number];
type Result = Extract<Phase, { kind: 'compute' }>;

/**
 * Notes for the first tensor with NaN or infinity, and for the first with NaN if that is another. The inputs of the step must still be in
 * the host window. `restore` gives the variables the values from before the step; the caller should call it again afterwards.
 */
export function firstNonFinite(plan: Plan, chip: Chip, program: string, restore: () => void): readonly Note[] {
  const bad = nonFiniteInput(chip, program);
  if (bad) return [bad];
  clearTransients(plan, chip);
  restore();
  const notes: Note[] = [];
  const { prepare, programs, phases } = plan.tiles;
  const own = programs.find(({ name }) => name === program);
  const runs = own ? [prepare, own] : [];
  const order = runs.flatMap(run => phases.slice(run.firstPhase, run.firstPhase + run.phases));
  for (const [at, phase] of order.entries()) {
    if (!chip.step(program, at).ok) break;
    if (phase.kind !== 'compute') continue;
    const found = look(plan, chip, phase);
    if (found.nan || (found.infinite && notes.length === 0)) notes.push(noteOf(phase, plan, found));
    if (found.nan) break;
  }
  return notes;
}

interface Found {
  readonly nan: boolean;
  readonly infinite: boolean;
}

function nonFiniteInput(chip: Chip, program: string): Note | undefined {
  for (const { name, type, address, bytes } of chip.programs[program].inputs) {
    const found = foundIn(chip, type, address, bytes);
    if (found.nan || found.infinite) return { message: `the data itself has it: input ${name} ${described(found)}` };
  }
  return undefined;
}

/** Clears the memory of results, so that NaN which earlier runs left between and after results is not taken for a new one. */
function clearTransients({ tiles, placement }: Plan, chip: Chip): void {
  tiles.buffers.forEach(({ resident, kind, bytes }, buffer) => {
    if (resident || kind === 'host') return;
    bytes.forEach((size, tile) => {
      const begin = tile * placement.tileStrideBytes + placement.offsets[buffer][tile];
      new Uint8Array(chip.memory.buffer, begin, size).fill(0);
    });
  });
}

/** Examines the result's buffer on all tiles that computed a part of it. */
function look({ tiles, placement }: Plan, chip: Chip, { slots, classOf }: Result): Found {
  const { buffer } = slots[slots.length - 1];
  const { type, bytes, kind } = tiles.buffers[buffer];
  let [nan, infinite] = [false, false];
  classOf.forEach((vertex, tile) => {
    if (vertex < 0) return;
    const [at, base] = kind === 'host' ? [0, 0] : [tile, tile * placement.tileStrideBytes];
    const begin = base + placement.offsets[buffer][at];
    const found = foundIn(chip, type.element, begin, bytes[at]);
    nan ||= found.nan;
    infinite ||= found.infinite;
  });
  return { nan, infinite };
}

/** What is wrong among the elements in `bytes` bytes of the chip's memory from `address` on; nothing ever is among integers. */
function foundIn(chip: Chip, element: ManifestElement, address: number, bytes: number): Found {
  if (!isFloat(element)) return { nan: false, infinite: false };
  const values = readElements(chip.memory.buffer, element, address, bytes / elementBytes[element]);
  return {
    nan: values.some(Number.isNaN),
    infinite: values.some(value => Math.abs(value) === Number.POSITIVE_INFINITY),
  };
}

function noteOf({ name, origin, slots }: Result, { tiles }: Plan, found: Found): Note {
  const { element, shape } = tiles.buffers[slots[slots.length - 1].buffer].type;
  return { message: `${name}, ${element}[${shape.join(', ')}], ${described(found)}`, span: userSpan(origin) };
}

function described({ nan, infinite }: Found): string {
  return `has ${[nan && 'NaN', infinite && 'infinite'].filter(Boolean).join(' and ')} elements`;
}
