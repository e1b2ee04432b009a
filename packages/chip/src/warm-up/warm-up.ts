/** A first run that nobody waits for: engines make their fast code of what has run, and what depends on weights only is prepared in it. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Chip } from '../chip.ts';
import { ChipError } from '../chip-error.ts';
import { programNamed } from '../names.ts';
import { failed } from '../outcome.ts';
import { pauses } from '../pause.ts';

/**
 * Runs a model once, phase by phase with pauses, over whatever its inputs hold, and puts back the states that it has changed, even if a phase fails. `chip` is that of
 * `load`'s result, or of `createChip`; nothing else may run on it until the promise is settled. Throws a {@link ChipError}: `no-such-program`, `bad-warm-up` for a training, which would have learnt something, and what `Chip.step` fails with.
 */
export async function warmUp(chip: Chip, program: string): Promise<void> {
  const { kind, phases } = orThrow(programNamed(program, chip.manifest));
  if (kind === 'train') orThrow(failed('bad-warm-up', `${program} is a training: a run would change what it learns`));
  const states = chip.manifest.variables.filter(variable => variable.kind === 'state');
  const saved = states.map(({ path }) => [path, orThrow(chip.readVariable(path))] as const);
  const pause = pauses();
  try {
    for (let phase = 0; phase < phases; phase++) {
      orThrow(chip.step(program, phase));
      await pause();
    }
  } finally {
    for (const [path, data] of saved) orThrow(chip.writeVariable(path, data));
  }
}

function orThrow<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new ChipError(outcome.diagnostics);
  return outcome.value;
}
