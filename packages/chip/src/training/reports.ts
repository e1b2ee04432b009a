/** The settings of a training, and what it reports of its steps and epochs. */
import type { Outputs } from '../chip.ts';
import { now } from '../foreign.ts';
import type { TensorInput } from '../tensor-data.ts';

/** A value for all steps, or a function that gives one for each step, counted from 1. A number stands for a tensor of one element. */
export type Feed = number | TensorInput | ((step: number) => number | TensorInput);

/** What stays the same in all runs of a training. */
export interface TrainingSettings {
  /** Inputs that are no data: a learning rate, say. */
  readonly inputs?: { readonly [input: string]: Feed };
  /** Whether every epoch takes the samples in an order of its own (default true). */
  readonly shuffle?: boolean;
  /** The seed of these orders: a 32-bit integer, default 0. */
  readonly seed?: number;
  /**
   * Keeps a copy of all variables before each step, and puts it back when a loss or a param is NaN or infinite after it (default false).
   * It costs the time of copying them.
   */
  readonly rollback?: boolean;
}

/** What is reported after a step. All counts begin with 1. */
export interface StepReport {
  readonly step: number;
  readonly epoch: number;
  /** The number of the step within its epoch. */
  readonly batch: number;
  /** The loss before the update; absent if the program returns no scalar. */
  readonly loss?: number;
  /** Copies of all outputs. */
  readonly outputs: Outputs;
  /** Time on the host, not the modelled cycles of the chip. */
  readonly hostMilliseconds: number;
}

/** What is reported after an epoch; of an epoch in which the training was resumed, only the steps since then count. */
export interface EpochReport {
  readonly epoch: number;
  /** The mean over its steps. */
  readonly loss?: number;
  /** Those of all outputs of one element, by name: an accuracy, say, and the loss again. */
  readonly means: { readonly [output: string]: number };
  readonly steps: number;
  /** By the host's clock; the time of callbacks counts. */
  readonly samplesPerSecond: number;
}

/** Collects the steps of an epoch for its report. Its clock starts when it is made. */
export class EpochMeter {
  readonly #begin = now();
  #steps = 0;
  #loss = 0;
  readonly #sums = new Map<string, number>();

  add({ loss = Number.NaN, outputs }: StepReport): void {
    this.#steps++;
    this.#loss += loss;
    for (const [name, values] of Object.entries(outputs)) {
      if (values.length === 1) this.#sums.set(name, (this.#sums.get(name) ?? 0) + values[0]);
    }
  }

  report(epoch: number, batchSize: number): EpochReport {
    const steps = this.#steps;
    const samplesPerSecond = (1000 * steps * batchSize) / (now() - this.#begin);
    const loss = this.#loss / steps;
    const means = Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / steps]));
    return { epoch, steps, samplesPerSecond, means, ...(!Number.isNaN(loss) && { loss }) };
  }
}
