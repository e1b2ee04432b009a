/**
 * Trains a program on data: step after step, epoch after epoch, with a place to stop after each step.
 *
 * A training remembers two things only: the variables on the chip, and the number of steps made so far. From this number and the seed
 * follow the epoch, the order of its samples and the place in it, so that a checkpoint is small and exact.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Chip, Inputs, Outputs } from '../chip.ts';
import { now } from '../foreign.ts';
import { type Failure, succeeded } from '../outcome.ts';
import { pauses } from '../pause.ts';
import { mayWait } from '../threads/may-wait.ts';
import { type Batches, takeBatch } from './batches.ts';
import {
  adopted,
  type Checkpoint,
  mismatch,
  restoreVariables,
  saveVariables,
  type TrainingProgress,
} from './checkpoint.ts';
import { fedInputs } from './feeds.ts';
import { fingerprint } from './fingerprint.ts';
import { lossesOf, nonFiniteLoss, nonFiniteParam } from './finite.ts';
import { EpochMeter, type EpochReport, type StepReport, type TrainingSettings } from './reports.ts';
import { permutation } from './shuffle.ts';

/** How far to train, and whom to tell. Callbacks are awaited. */
export interface TrainingRun {
  /** After how many epochs it is complete, those before a checkpoint included (default 1). */
  readonly epochs?: number;
  readonly onStep?: (report: StepReport, training: Training) => void | Promise<void>;
  readonly onEpoch?: (report: EpochReport, training: Training) => void | Promise<void>;
  /** Stops the training after the step that is running; from there it can be saved or go on. */
  readonly signal?: AbortSignal;
  /**
   * Whether this thread does other things while a step is computed (`stepAsync`), and not only between steps. Default: in a page yes; in
   * a worker and in Node, where that costs time, no.
   */
  readonly background?: boolean;
}

/** How a run of a training ended. */
export interface TrainingResult {
  readonly ended: 'complete' | 'aborted';
  /** How many steps this run made. */
  readonly steps: number;
  readonly hostMilliseconds: number;
  readonly samplesPerSecond: number;
  /** The report of the last step, if there was any. */
  readonly last?: StepReport;
  readonly training: Training;
}

/** A step that is about to be computed. */
interface BegunStep {
  readonly inputs: Inputs;
  /** The variables as they were before, where they may be put back. */
  readonly kept?: Checkpoint['variables'];
  readonly time: number;
}

/** One training of one program on one set of data; `createTraining` makes it. It may be run, stopped, saved and resumed any number of times. */
export class Training {
  readonly chip: Chip;
  readonly program: string;
  /** Steps in an epoch. */
  readonly batches: number;
  /** Samples in a step. */
  readonly batchSize: number;
  readonly #data: Batches;
  readonly #settings: TrainingSettings;
  readonly #losses: readonly string[];
  readonly #fingerprint: string;
  #steps = 0;
  #order: { readonly epoch: number; readonly samples: Uint32Array } | undefined;
  /** The fault that left NaN or infinity in the variables, after which they are not worth saving. */
  #spoilt: Failure | undefined;

  /** Use `createTraining`. */
  constructor(chip: Chip, program: string, data: Batches, settings: TrainingSettings) {
    this.chip = chip;
    this.program = program;
    this.batches = data.count;
    this.batchSize = data.batchSize;
    this.#data = data;
    this.#settings = settings;
    this.#losses = lossesOf(chip.programs[program]);
    this.#fingerprint = fingerprint(data.columns);
  }

  get progress(): TrainingProgress {
    const { shuffle = true, seed = 0 } = this.#settings;
    const { program, batchSize } = this;
    const { samples } = this.#data;
    return { program, steps: this.#steps, samples, batchSize, shuffle, seed, data: this.#fingerprint };
  }

  /**
   * Makes steps until `epochs` epochs are complete, those of earlier runs included; returns at once if they are. Fails with
   * `non-finite-loss`, with `non-finite-weights` where `rollback` is set, and with what `Chip.run` fails with.
   */
  async run(options: TrainingRun = {}): Promise<Outcome<TrainingResult>> {
    const { epochs = 1, onStep, onEpoch, signal, background = !mayWait() } = options;
    const begin = { steps: this.#steps, time: now() };
    const pause = pauses();
    let epoch = new EpochMeter();
    let last: StepReport | undefined;
    while (this.#steps < epochs * this.batches && !signal?.aborted) {
      const stepped = background ? await this.stepAsync() : this.step();
      if (!stepped.ok) return stepped;
      const report = stepped.value;
      last = report;
      epoch.add(report);
      await onStep?.(report, this);
      if (report.batch === this.batches) {
        await onEpoch?.(epoch.report(report.epoch, this.batchSize), this);
        epoch = new EpochMeter();
      }
      await pause();
    }
    const steps = this.#steps - begin.steps;
    const hostMilliseconds = now() - begin.time;
    const samplesPerSecond = (1000 * steps * this.batchSize) / hostMilliseconds;
    const ended = this.#steps < epochs * this.batches ? 'aborted' : 'complete';
    return succeeded({ ended, steps, hostMilliseconds, samplesPerSecond, last, training: this });
  }

  /** Makes the next step, which may begin a new epoch. Fails as `run` does. */
  step(): Outcome<StepReport> {
    const begun = this.#begin();
    return begun.ok ? this.#end(begun.value, this.chip.run(this.program, begun.value.inputs)) : begun;
  }

  /** Makes the next step while this thread does other things (`Chip.runAsync`). Fails as `run` does. */
  async stepAsync(): Promise<Outcome<StepReport>> {
    const begun = this.#begin();
    return begun.ok ? this.#end(begun.value, await this.chip.runAsync(this.program, begun.value.inputs)) : begun;
  }

  /** All that a step needs before it is computed. */
  #begin(): Outcome<BegunStep> {
    if (this.#spoilt) return this.#spoilt;
    const kept = this.#settings.rollback ? saveVariables(this.chip) : undefined;
    if (kept?.ok === false) return kept;
    const inputs = this.#inputs();
    if (!inputs.ok) return inputs;
    return succeeded({ inputs: inputs.value, kept: kept?.value, time: now() });
  }

  #end({ kept, time }: BegunStep, ran: Outcome<Outputs>): Outcome<StepReport> {
    if (!ran.ok) return ran;
    const hostMilliseconds = now() - time;
    const step = this.#steps + 1;
    const fault = nonFiniteLoss(this.#losses, ran.value, step) ?? (kept && nonFiniteParam(this.chip, step));
    if (fault) return this.#undo(fault, kept);
    const epoch = Math.ceil(step / this.batches);
    const batch = step - (epoch - 1) * this.batches;
    const loss = this.#losses.length > 0 ? ran.value[this.#losses[0]][0] : undefined;
    this.#steps = step;
    return succeeded({ step, epoch, batch, loss, outputs: ran.value, hostMilliseconds });
  }

  /** The training as data. Fails with `non-finite-loss` or `non-finite-weights` if the variables hold NaN or infinity. */
  checkpoint(): Outcome<Checkpoint> {
    if (this.#spoilt) return this.#spoilt;
    const spoilt = nonFiniteParam(this.chip, this.#steps);
    if (spoilt) return spoilt;
    const variables = saveVariables(this.chip);
    return variables.ok ? succeeded({ progress: this.progress, variables: variables.value }) : variables;
  }

  /** Takes over the variables and the place of `saved`. `resume-mismatch` if it is of another training; then nothing has changed. */
  resume(saved: Checkpoint): Outcome<void> {
    const renamed = adopted(this.chip, saved);
    if (!renamed.ok) return renamed;
    const checkpoint = renamed.value;
    const fault = mismatch(this.chip, this.progress, checkpoint);
    if (fault) return fault;
    const restored = restoreVariables(this.chip, checkpoint.variables);
    if (!restored.ok) return restored;
    this.#steps = checkpoint.progress.steps;
    this.#spoilt = undefined;
    return restored;
  }

  /** The inputs of the next step. */
  #inputs(): Outcome<Inputs> {
    const epoch = Math.floor(this.#steps / this.batches);
    const batch = takeBatch(this.#data, this.#orderOf(epoch), this.#steps % this.batches);
    const { program, chip } = this;
    const fed = fedInputs(program, chip.programs[program], this.#settings.inputs ?? {}, this.#steps + 1);
    return fed.ok ? succeeded({ ...batch, ...fed.value }) : fed;
  }

  #orderOf(epoch: number): Uint32Array | undefined {
    const { shuffle = true, seed = 0 } = this.#settings;
    if (!shuffle) return undefined;
    if (this.#order?.epoch !== epoch) this.#order = { epoch, samples: permutation(this.#data.samples, seed, epoch) };
    return this.#order.samples;
  }

  /** Puts back the variables as they were before the step. If no copy was kept they are lost, and the training is at its end. */
  #undo(fault: Failure, kept: Checkpoint['variables'] | undefined): Failure {
    const restored = kept && restoreVariables(this.chip, kept);
    if (!restored?.ok) this.#spoilt = fault;
    return fault;
  }
}
