/**
 * The training itself, with its log and its saved file. A signal or a loss that is not finite ends it early. A failure beside it, such as a
 * log on a full disk or a save that fails, is reported at once and again at the end, and does not stop it: the next save may work.
 */
import type { EpochReport, StepReport, TrainingResult } from '@tessera-dnn/chip';
import { type Diagnostic, isError, type Note, type Outcome } from '@tessera-dnn/diagnostics';
import { writeWhole } from '../files/write.ts';
import type { Io, Signal } from '../io.ts';
import { succeeded } from '../session.ts';
import { curveSvg } from '../show/curve-svg.ts';
import type { TrainingProgressLine } from '../show/training-line.ts';
import { encodeCheckpoint } from './checkpoint-file.ts';
import { Curve, type Point } from './curve.ts';
import { openLog } from './log.ts';
import { firstNonFinite } from './non-finite.ts';
import { pictureOf } from './picture.ts';
import type { Prepared, TrainFlags } from './prepare.ts';
import { claimSaveFile, rescue, type SaveFile } from './save-file.ts';
import type { ValidationReport } from './validation.ts';

export interface Trained {
  readonly result: TrainingResult;
  /** The signal that ended it early. */
  readonly signal?: Signal;
  /** One for every complete epoch. */
  readonly epochs: readonly EpochReport[];
  readonly validations: readonly ValidationReport[];
  /** The losses by the step; fewer points than steps where there are many. */
  readonly losses: readonly Point[];
  /** Whether it ended because the validations got no better. */
  readonly stoppedEarly: boolean;
  /** Failures of the log, of saves and of validations. */
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
  const [last, best] = [flags.save, flags.saveBest].map(name =>
    name === undefined ? succeeded(undefined) : claimSaveFile(io, name),
  );
  try {
    if (!last.ok || !best.ok) return { ok: false, diagnostics: [...last.diagnostics, ...best.diagnostics] };
    const files = { last: last.value, best: best.value };
    const trained = await trainInto(io, files, prepared, flags, { line, report, controller });
    return trained.ok ? { ...trained, value: { ...trained.value, signal } } : trained;
  } finally {
    for (const file of [last, best]) if (file.ok) file.value?.release();
    release?.();
  }
}

/** The file of the training as it is, and that of the best validation. */
interface SaveFiles {
  readonly last: SaveFile | undefined;
  readonly best: SaveFile | undefined;
}

interface Watch {
  readonly line: TrainingProgressLine;
  readonly report: PrintFaults;
  /** Ends the training after the step that is running. */
  readonly controller: AbortController;
}

async function trainInto(
  io: Io,
  files: SaveFiles,
  prepared: Prepared,
  flags: TrainFlags,
  { line, report, controller }: Watch,
): Promise<Outcome<Trained>> {
  const log = openLog(io, flags.log, prepared.resumed);
  if (!log.ok) return log;
  const { training, validation, chip } = prepared;
  const { signal } = controller;
  const epochs: EpochReport[] = [];
  const validations: ValidationReport[] = [];
  const faults = new Faults(line, report);
  const curve = new Curve();
  const validate = async (at: Pick<ValidationReport, 'step' | 'epoch'>): Promise<void> => {
    const found = await validation?.run(chip, at, signal);
    if (!found?.ok || !found.value) return found && faults.note(found);
    validations.push(found.value);
    faults.note(log.value.write(found.value));
    line.validation(found.value);
    if (found.value.isBest) faults.note(saveOnTheWay(files.best, prepared));
    if (validation?.isOver) controller.abort();
  };
  // The last step of an epoch is settled after the report of the epoch, so that what is saved has its validation.
  const settle = async (step: number, epoch: number, ended: boolean): Promise<void> => {
    if (validation?.isDue(step, ended)) await validate({ step, epoch });
    if (flags.saveEvery !== undefined && step % flags.saveEvery === 0) faults.note(saveOnTheWay(files.last, prepared));
  };
  const onStep = async (step: StepReport): Promise<void> => {
    faults.note(log.value.write(step));
    curve.add(step.step, step.loss);
    line.step(step);
    if (step.batch < training.batches) await settle(step.step, step.epoch, false);
  };
  const onEpoch = async (epoch: EpochReport): Promise<void> => {
    epochs.push(epoch);
    line.epoch(epoch);
    await settle(training.progress.steps, epoch.epoch, true);
  };
  // A training that has lost its patience already is not given another step.
  if (validation?.isOver) controller.abort();
  const ran = await training.run({ epochs: flags.epochs, onStep, onEpoch, signal });
  log.value.close();
  line.end();
  if (!ran.ok) return { ok: false, diagnostics: explained(files.last, prepared, ran.diagnostics) };
  const saved = saveAtLast(io, files.last, prepared);
  faults.note(saved);
  const isSaved = files.last !== undefined && saved.ok;
  const stoppedEarly = validation?.isOver ?? false;
  const found = { epochs, validations, losses: curve.points, stoppedEarly, isSaved };
  const picture = pictureOf(prepared, found);
  if (flags.curve !== undefined) faults.note(writeWhole(io, flags.curve, curveSvg(picture, training.program)));
  return succeeded({ result: ran.value, ...found, faults: faults.all });
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

  note({ diagnostics }: Outcome<unknown>): void {
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

function save(file: SaveFile | undefined, prepared: Prepared): Outcome<void> {
  if (file === undefined) return succeeded(undefined);
  const content = contentOf(prepared);
  return content.ok ? file.write(content.value) : content;
}

/** The training as it is now, as a file has it. */
function contentOf({ training, setting, validation, classes }: Prepared): Outcome<readonly Uint8Array[]> {
  const checkpoint = training.checkpoint();
  if (!checkpoint.ok) return checkpoint;
  const named = classes.size > 0 ? Object.fromEntries(classes) : undefined;
  const findings = { best: validation?.best, waiting: validation?.waiting, classes: named };
  return succeeded(encodeCheckpoint({ checkpoint: checkpoint.value, setting, findings }));
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
  const content = saved.ok || file === undefined ? undefined : contentOf(prepared);
  if (file === undefined || !content?.ok) return saved;
  const other = rescue(io, file.name, content.value);
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
