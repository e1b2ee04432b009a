/** The training itself, with its log, its saved file and its two ways to end early: Ctrl-C, and a number that is none. */
import type { EpochReport, StepReport, TrainingResult } from '@tessera/chip';
import type { Diagnostic, Note, Outcome } from '@tessera/diagnostics';
import { writeWhole } from '../files/write.ts';
import type { Io } from '../io.ts';
import { succeeded } from '../session.ts';
import type { TrainingProgressLine } from '../show/training-line.ts';
import { encodeCheckpoint } from './checkpoint-file.ts';
import { openLog } from './log.ts';
import { firstNonFinite } from './non-finite.ts';
import type { Prepared, TrainFlags } from './prepare.ts';

export interface Trained {
  readonly result: TrainingResult;
  readonly interrupted: boolean;
  /** Of every epoch that ended. */
  readonly epochs: readonly EpochReport[];
}

/** Fails with what stopped it; what was saved before stays as it was. */
export async function trainAndSave(
  io: Io,
  prepared: Prepared,
  flags: TrainFlags,
  line: TrainingProgressLine,
): Promise<Outcome<Trained>> {
  const { training } = prepared;
  const log = openLog(io, flags.log, prepared.resumed);
  if (!log.ok) return log;
  const controller = new AbortController();
  const epochs: EpochReport[] = [];
  let fault: Outcome<void> | undefined;
  /** Stops if it failed. */
  const demand = (outcome: Outcome<void>): void => {
    if (outcome.ok) return;
    fault ??= outcome;
    controller.abort();
  };
  const onStep = (report: StepReport): void => {
    demand(log.value.write(report));
    if (flags.saveEvery !== undefined && report.step % flags.saveEvery === 0) demand(save(io, prepared, flags));
    line.step(report);
  };
  const onEpoch = (report: EpochReport): void => {
    epochs.push(report);
    line.epoch(report);
  };
  const release = io.onInterrupt?.(() => {
    line.stopping();
    controller.abort();
  });
  const ran = await training.run({ epochs: flags.epochs, onStep, onEpoch, signal: controller.signal });
  log.value.close();
  line.end();
  if (!ran.ok) fault = explained(io, prepared, flags, ran.diagnostics);
  const saved = fault ?? save(io, prepared, flags);
  release?.();
  if (!ran.ok || !saved.ok) return { ok: false, diagnostics: saved.diagnostics };
  return succeeded({ result: ran.value, interrupted: ran.value.ended === 'aborted', epochs });
}

function save(io: Io, { training, setting }: Prepared, { save: name }: TrainFlags): Outcome<void> {
  if (name === undefined) return succeeded(undefined);
  const checkpoint = training.checkpoint();
  if (!checkpoint.ok) return checkpoint;
  return writeWhole(io, name, encodeCheckpoint({ checkpoint: checkpoint.value, setting }));
}

const hint: Note = { message: '--check-finite says which tensor went wrong first' };

/** With `--check-finite` the training is still as it was before the bad step: that is saved, and the step looked into. */
function explained(io: Io, prepared: Prepared, flags: TrainFlags, diagnostics: readonly Diagnostic[]): Outcome<void> {
  const { training, plan, chip } = prepared;
  const before = training.checkpoint();
  const [first, ...others] = diagnostics;
  if (!plan) return { ok: false, diagnostics };
  if (!before.ok) return { ok: false, diagnostics: [{ ...first, notes: [hint] }, ...others] };
  const saved = save(io, prepared, flags);
  const restore = () => training.resume(before.value);
  const notes = [...firstNonFinite(plan, chip, training.program, restore)];
  const restored = restore();
  if (flags.save !== undefined && saved.ok) {
    notes.push({ message: `${flags.save} holds the training as it was before, after step ${training.progress.steps}` });
  }
  const all = [{ ...first, notes }, ...others, ...saved.diagnostics, ...restored.diagnostics];
  return { ok: false, diagnostics: all };
}
