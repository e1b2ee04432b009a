/**
 * The training itself, with its log and its saved file. A signal or a loss that is not finite ends it early. A failure beside it, such as a
 * log on a full disk or a save that fails, is reported at once and again at the end, and does not stop it: the next save may work.
 */
import type { EpochReport, StepReport, TrainingResult } from '@tessera-dnn/chip';
import { type Diagnostic, isError, type Note, type Outcome } from '@tessera-dnn/diagnostics';
import type { Io, Signal } from '../io.ts';
import { succeeded } from '../session.ts';
import type { TrainingProgressLine } from '../show/training-line.ts';
import { encodeCheckpoint } from './checkpoint-file.ts';
import { openLog } from './log.ts';
import { firstNonFinite } from './non-finite.ts';
import type { Prepared, TrainFlags } from './prepare.ts';
import { claimSaveFile, rescue, type SaveFile } from './save-file.ts';

export interface Trained {
  readonly result: TrainingResult;
  /** The signal that ended it early. */
  readonly signal?: Signal;
  /** One for every complete epoch. */
  readonly epochs: readonly EpochReport[];
  /** Failures of the log and of saves. */
  readonly faults: readonly Diagnostic[];
  readonly isSaved: boolean;
}

/** Prints diagnostics while the training runs. */
export type PrintFaults = (diagnostics: readonly Diagnostic[]) => void;

/** Trains until the end. Fails with the reason if something stopped the training; the file that was saved before then stays as it was. */
export async function trainAndSave(
  io: Io,
  prepared: Prepared,
  flags: TrainFlags,
  line: TrainingProgressLine,
  report: PrintFaults,
): Promise<Outcome<Trained>> {
  const controller = new AbortController();
  let signal: Signal | undefined;
  const release = io.onInterrupt?.(asked => {
    signal = asked;
    line.stopping(asked);
    controller.abort();
  });
  const file = flags.save === undefined ? succeeded(undefined) : claimSaveFile(io, flags.save);
  try {
    if (!file.ok) return file;
    const trained = await trainInto(io, file.value, prepared, flags, { line, report, signal: controller.signal });
    return trained.ok ? { ...trained, value: { ...trained.value, signal } } : trained;
  } finally {
    if (file.ok) file.value?.release();
    release?.();
  }
}

interface Watch {
  readonly line: TrainingProgressLine;
  readonly report: PrintFaults;
  readonly signal: AbortSignal;
}

async function trainInto(
  io: Io,
  file: SaveFile | undefined,
  prepared: Prepared,
  flags: TrainFlags,
  { line, report, signal }: Watch,
): Promise<Outcome<Trained>> {
  const log = openLog(io, flags.log, prepared.resumed);
  if (!log.ok) return log;
  const epochs: EpochReport[] = [];
  const faults = new Faults(line, report);
  const onStep = (step: StepReport): void => {
    faults.note(log.value.write(step));
    if (flags.saveEvery !== undefined && step.step % flags.saveEvery === 0) faults.note(saveOnTheWay(file, prepared));
    line.step(step);
  };
  const onEpoch = (epoch: EpochReport): void => {
    epochs.push(epoch);
    line.epoch(epoch);
  };
  const ran = await prepared.training.run({ epochs: flags.epochs, onStep, onEpoch, signal });
  log.value.close();
  line.end();
  if (!ran.ok) return { ok: false, diagnostics: explained(file, prepared, ran.diagnostics) };
  const saved = saveAtLast(io, file, prepared);
  faults.note(saved);
  return succeeded({ result: ran.value, epochs, faults: faults.all, isSaved: file !== undefined && saved.ok });
}

/** Each fault is reported once, however many steps have it. */
class Faults {
  readonly #line: TrainingProgressLine;
  readonly #report: PrintFaults;
  readonly #all = new Map<string, Diagnostic>();

  constructor(line: TrainingProgressLine, report: PrintFaults) {
    this.#line = line;
    this.#report = report;
  }

  get all(): readonly Diagnostic[] {
    return [...this.#all.values()];
  }

  note({ diagnostics }: Outcome<void>): void {
    const fresh = diagnostics.filter(diagnostic => isError(diagnostic) && !this.#all.has(keyOf(diagnostic)));
    if (fresh.length === 0) return;
    for (const diagnostic of fresh) this.#all.set(keyOf(diagnostic), diagnostic);
    this.#line.end();
    this.#report(fresh);
  }
}

function keyOf({ code, message }: Diagnostic): string {
  return `${code} ${message}`;
}

function save(file: SaveFile | undefined, { training, setting }: Prepared): Outcome<void> {
  if (file === undefined) return succeeded(undefined);
  const checkpoint = training.checkpoint();
  return checkpoint.ok ? file.write(encodeCheckpoint({ checkpoint: checkpoint.value, setting })) : checkpoint;
}

function saveOnTheWay(file: SaveFile | undefined, prepared: Prepared): Outcome<void> {
  const saved = save(file, prepared);
  if (saved.ok) return saved;
  const help = 'the training goes on and saves again later: make room for it until then';
  return { ok: false, diagnostics: saved.diagnostics.map(found => ({ ...found, help })) };
}

/** The last save. If it fails, the variables are written to the folder for temporary files instead. */
function saveAtLast(io: Io, file: SaveFile | undefined, prepared: Prepared): Outcome<void> {
  const saved = save(file, prepared);
  const checkpoint = saved.ok || file === undefined ? undefined : prepared.training.checkpoint();
  if (file === undefined || !checkpoint?.ok) return saved;
  const content = encodeCheckpoint({ checkpoint: checkpoint.value, setting: prepared.setting });
  const other = rescue(io, file.name, content);
  if (other === undefined) return saved;
  const [first, ...others] = saved.diagnostics;
  const help = `what was learnt is kept in ${other} instead: move it where you want it`;
  return { ok: false, diagnostics: [{ ...first, help }, ...others] };
}

const hint: Note = { message: '--check-finite says which tensor went wrong first' };

/**
 * With `--check-finite` the variables are still those from before the step that failed. They are saved, and the step is run again to find
 * the first wrong tensor.
 */
function explained(
  file: SaveFile | undefined,
  prepared: Prepared,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const { training, plan, chip } = prepared;
  const before = training.checkpoint();
  const [first, ...others] = diagnostics;
  if (!plan) return diagnostics;
  if (!before.ok) return [{ ...first, notes: [hint] }, ...others];
  const saved = save(file, prepared);
  const restore = () => training.resume(before.value);
  const notes = [...firstNonFinite(plan, chip, training.program, restore)];
  const restored = restore();
  if (file !== undefined && saved.ok) {
    notes.push({ message: `${file.name} holds the training as it was before, after step ${training.progress.steps}` });
  }
  return [{ ...first, notes }, ...others, ...saved.diagnostics, ...restored.diagnostics];
}
