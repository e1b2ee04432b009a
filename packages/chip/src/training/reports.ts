/** What a training is told for all its runs, and what it tells of steps and epochs. */
import type { Outputs } from '../chip.ts';
import type { TensorInput } from '../tensor-data.ts';

/** A value for all steps, or one by the step, counted from 1. A number stands for a tensor of one element. */
export type Feed = number | TensorInput | ((step: number) => number | TensorInput);

export interface TrainingSettings {
  /** Inputs that are no data: a learning rate, say. */
  readonly inputs?: { readonly [input: string]: Feed };
  /** Whether every epoch takes the samples in an order of its own (default true). */
  readonly shuffle?: boolean;
  /** Decides these orders; 32 bits, default 0. */
  readonly seed?: number;
  /**
   * Keeps a copy of all variables before each step, and puts it back when a loss or a param is NaN or infinite after it (default false).
   * It costs the time of copying them.
   */
  readonly rollback?: boolean;
}

/** One step, after it. All counts begin with 1. */
export interface StepReport {
  readonly step: number;
  readonly epoch: number;
  /** Within the epoch. */
  readonly batch: number;
  /** Before the update; absent if the program returns no scalar. */
  readonly loss?: number;
  /** Copies of all outputs. */
  readonly outputs: Outputs;
  /** Time on the host, not the modelled cycles of the chip. */
  readonly hostMilliseconds: number;
}

/** An epoch, after it; or what was left of it when the training was resumed. */
export interface EpochReport {
  readonly epoch: number;
  /** Mean over its steps. */
  readonly loss?: number;
  readonly steps: number;
  /** By the host's clock, callbacks included. */
  readonly samplesPerSecond: number;
}

/** Sums up the steps of an epoch. */
export class EpochMeter {
  readonly #begin = performance.now();
  #steps = 0;
  #loss = 0;

  add({ loss = Number.NaN }: StepReport): void {
    this.#steps++;
    this.#loss += loss;
  }

  report(epoch: number, batchSize: number): EpochReport {
    const steps = this.#steps;
    const samplesPerSecond = (1000 * steps * batchSize) / (performance.now() - this.#begin);
    const loss = this.#loss / steps;
    return { epoch, steps, samplesPerSecond, ...(!Number.isNaN(loss) && { loss }) };
  }
}
