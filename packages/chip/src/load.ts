/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A chip for scripts of a few lines: mistakes are thrown instead of returned. Everything else is as with `createChip`.
 *
 * ```ts
 * const chip = await load(bytes);
 * const { output } = chip.run('lenet', { image });
 * ```
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { loadArtifact } from './artifact.ts';
import type { AsyncRunOptions, Chip, Inputs, Outputs, RunOptions } from './chip.ts';
import { type ChipOptions, createChip } from './create.ts';
import type { TensorData, TensorInput } from './tensor-data.ts';
import type { TrainingData } from './training/batches.ts';
import type { TrainOptions } from './training/train.ts';
import type { TrainingResult } from './training/training.ts';

/** A mistake in how a chip was loaded or used; the message has one line for each diagnostic. */
export class ChipError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message, help }) => (help ? `${message} (${help})` : message)).join('\n'));
    this.name = 'ChipError';
    this.diagnostics = diagnostics;
  }
}

/** A {@link Chip} whose methods throw a {@link ChipError} where its own return diagnostics. */
export interface LoadedChip {
  readonly chip: Chip;
  readonly programs: Chip['programs'];
  /** How many threads run its programs. */
  readonly threads: number;
  /** Why there are fewer than were asked for, if so: a page that is not isolated, say. */
  readonly warnings: readonly Diagnostic[];
  /** Sets the inputs, runs the program once, returns copies of its outputs by name. */
  run(program: string, inputs?: Inputs, options?: RunOptions): Outputs;
  /** Like `run`, while this thread does other things (`Chip.runAsync`). Rejects with a {@link ChipError}, or with the signal's reason. */
  runAsync(program: string, inputs?: Inputs, options?: AsyncRunOptions): Promise<Outputs>;
  /** Trains the program on the data, for one epoch unless told otherwise; rejects with a {@link ChipError}. */
  train(program: string, data: TrainingData, options?: TrainOptions): Promise<TrainingResult>;
  /** Gives all variables that are not embedded their first values, by the seed. */
  init(seed: number): void;
  /** A copy of a param or state, row-major in the shape it was declared with. */
  readVariable(path: string): TensorData;
  /** Replaces a param or state. */
  writeVariable(path: string, data: TensorInput): void;
  /** Ends the chip's threads; it cannot run any more. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * Loads an artifact from its bytes (read from a file, or fetched) and makes a chip of it that is ready to run. Rejects with a
 * {@link ChipError} if the bytes are no artifact that this host can run.
 */
export async function load(bytes: Uint8Array | ArrayBuffer, options: ChipOptions = {}): Promise<LoadedChip> {
  const created = await createChip(orThrow(await loadArtifact(bytes)), options);
  const chip = orThrow(created);
  return {
    chip,
    programs: chip.programs,
    threads: chip.threads,
    warnings: created.diagnostics,
    run: (program, inputs, options) => orThrow(chip.run(program, inputs, options)),
    runAsync: async (program, inputs, options) => {
      const ran = await chip.runAsync(program, inputs, options);
      if (!ran.ok && ran.diagnostics[0].code === 'run-aborted') options?.signal?.throwIfAborted();
      return orThrow(ran);
    },
    train: async (program, data, options) => {
      const { train } = await import('./training/train.ts');
      return orThrow(await train(chip, program, data, options));
    },
    init: seed => orThrow(chip.init(seed)),
    readVariable: path => orThrow(chip.readVariable(path)),
    writeVariable: (path, data) => orThrow(chip.writeVariable(path, data)),
    dispose: () => chip.dispose(),
    [Symbol.dispose]: () => chip.dispose(),
  };
}

function orThrow<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new ChipError(outcome.diagnostics);
  return outcome.value;
}
