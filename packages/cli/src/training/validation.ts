/**
 * Validation: what a training would give for data that it does not learn from, told on the way. It runs on chips of its own, with copies of the
 * training's variables, so that the training has the same bits with it as without.
 */
import { type Chip, lossesOf } from '@tessera-dnn/chip';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { type Classes, type GivenInputs, readGiven } from '../data/given.ts';
import { type EvaluationFlags, type Evaluator, evaluatorOf, follow } from '../evaluation/evaluator.ts';

import type { Lists, Pairs } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import type { Progress } from '../show/progress.ts';
import { suggest } from '../suggest.ts';
import { type Best, isBetter, type Mode, type Waiting } from './best.ts';

export interface ValidationFlags extends EvaluationFlags {
  readonly validate?: Lists;
  readonly input?: Pairs;
  /** After every epoch, or after so many steps. */
  readonly every?: 'epoch' | number;
  readonly validateProgram?: string;
  readonly monitor?: string;
  readonly mode?: Mode;
  readonly patience?: number;
  readonly saveBest?: string;
}

/** What one validation found. */
export interface ValidationReport {
  readonly step: number;
  readonly epoch: number;
  /** The means of all outputs that are one number. */
  readonly means: { readonly [output: string]: number };
  /** Whether what is monitored has never been better. */
  readonly isBest: boolean;
  /** How many validations there have been since the best one, or in all if there is none. */
  readonly waited: number;
  /** Whether this or an earlier one is the best: there is none while what is monitored is not finite. */
  readonly hasBest: boolean;
}

/** Reads the data of the validation, undefined if there is to be none. Inputs of `--input` are those of the training. */
export async function readValidation(
  io: Io,
  { validate, input }: ValidationFlags,
): Promise<Outcome<GivenInputs | undefined>> {
  return validate === undefined ? succeeded(undefined) : readGiven(io, { data: validate, input });
}

/** What a validation runs: the trained program of a file, unless `--validate-program` names another one. */
export interface ValidationTask {
  readonly file: string;
  readonly program: string;
  readonly flags: ValidationFlags;
  /** Samples in a step of the training. */
  readonly batchSize: number;
  readonly seed: number;
  readonly given: GivenInputs;
  /** The classes of the training, which are those of the validation. */
  readonly classes: Classes;
  /** What an earlier part of the training found to be the best. */
  readonly best?: Best;
  /** How long that part waited for a first best one. */
  readonly waiting?: Waiting;
}

/** Compiles the program for the validation, and finds out what is monitored. */
export async function prepareValidation(
  io: Io,
  task: ValidationTask,
  progress: Progress,
): Promise<Outcome<Validation>> {
  const { flags, batchSize } = task;
  const program = flags.validateProgram ?? task.program;
  const sharesValues = program !== task.program;
  const own = { ...task, program, flags: { ...flags, batch: batchSize }, sharesValues };
  const evaluator = await evaluatorOf(io, own, progress);
  if (!evaluator.ok) return evaluator;
  const monitored = monitoredOf(evaluator.value, flags.monitor);
  if (!monitored.ok) return monitored;
  const mode = flags.mode ?? (/acc/i.test(monitored.value) ? 'max' : 'min');
  return succeeded(new Validation(evaluator.value, { output: monitored.value, mode }, task), warningsOf(evaluator));
}

/** The warnings that are about data; those about the text were given when the training was compiled. */
function warningsOf({ diagnostics }: Outcome<Evaluator>): readonly Diagnostic[] {
  return diagnostics.filter(({ span }) => span === undefined);
}

function monitoredOf({ name, program }: Evaluator, wanted: string | undefined): Outcome<string> {
  const names = program.outputs.filter(({ shape }) => shape.length === 0).map(output => output.name);
  if (names.length === 0) {
    const message = `${name} gives no number that could be compared`;
    return failed(
      'nothing-to-evaluate',
      message,
      'end it with `return { loss }`, or name a model that does: --validate-program',
    );
  }
  if (wanted === undefined) return succeeded(lossesOf(program)[0] ?? names[0]);
  if (names.includes(wanted)) return succeeded(wanted);
  const help = suggest(wanted, names, `it gives ${names.join(', ')}`);
  return failed('no-such-output', `${name} gives no number called ${wanted}`, help);
}

/** The validation of one training. */
export class Validation {
  readonly output: string;
  readonly mode: Mode;
  readonly samples: number;
  readonly #evaluator: Evaluator;
  readonly #every: 'epoch' | number;
  readonly #patience: number;
  #best: Best | undefined;
  #waited = 0;

  constructor(
    evaluator: Evaluator,
    { output, mode }: Pick<Best, 'output' | 'mode'>,
    { flags, best, waiting }: Pick<ValidationTask, 'flags' | 'best' | 'waiting'>,
  ) {
    this.output = output;
    this.mode = mode;
    this.samples = evaluator.samples;
    this.#evaluator = evaluator;
    this.#every = flags.every ?? 'epoch';
    this.#patience = flags.patience ?? Number.POSITIVE_INFINITY;
    // What was best by another measure says nothing here.
    const earlier = best ?? waiting;
    if (earlier?.output !== output || earlier.mode !== mode) return;
    this.#best = best;
    this.#waited = earlier.waited;
  }

  /** The best validation so far, if there was one with a finite number. */
  get best(): Best | undefined {
    return this.#best;
  }

  /** Whether there is one after this step, which may be the last of its epoch. */
  isDue(step: number, isLast: boolean): boolean {
    return this.#every === 'epoch' ? isLast : step % this.#every === 0;
  }

  /** Whether there have been as many validations without a better one as the user has patience for. */
  get isOver(): boolean {
    return this.#waited >= this.#patience;
  }

  /** How many validations there have been since the best one, or in all if there is none. */
  get waited(): number {
    return this.#waited;
  }

  /** How long it has waited for a first best one, which a resumed training goes on with; undefined if there is one, which has its own count. */
  get waiting(): Waiting | undefined {
    const { output, mode, waited } = this;
    return this.#best || waited === 0 ? undefined : { output, mode, waited };
  }

  /** Runs over all its data, with the variables of `chip`. Undefined if the signal ended it. */
  async run(
    chip: Chip,
    { step, epoch }: Pick<ValidationReport, 'step' | 'epoch'>,
    signal: AbortSignal,
  ): Promise<Outcome<ValidationReport | undefined>> {
    const copied = follow(this.#evaluator, chip);
    const ran = copied.ok ? await this.#evaluator.run({ signal }) : copied;
    if (!ran.ok) return ran;
    const { samples, means } = ran.value;
    if (samples < this.samples) return succeeded(undefined);
    const value = means[this.output];
    const isBest = isBetter(value, this.#best, this.mode);
    const { output, mode } = this;
    const waited = isBest ? 0 : this.#waited + 1;
    this.#waited = waited;
    this.#best = isBest ? { output, mode, value, step, waited } : this.#best && { ...this.#best, waited };
    return succeeded({ step, epoch, means, isBest, waited, hasBest: this.#best !== undefined });
  }

  /** Frees the chips. What it found can still be asked for. */
  dispose(): void {
    for (const chip of this.#evaluator.chips) chip.dispose();
  }
}
