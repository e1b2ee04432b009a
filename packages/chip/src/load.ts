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
import type { AsyncRunOptions, Chip, Inputs, RunOptions } from './chip.ts';
import { ChipError } from './chip-error.ts';
import { type ChipOptions, createChip } from './create.ts';
import type { GivenFor, InputsOf, OutputsOf, ProgramsOf, Signature } from './signature.ts';
import type { ArtifactSource } from './source.ts';
import type { TrainingData } from './training/batches.ts';
import type { TrainOptions } from './training/train.ts';
import type { TrainingResult } from './training/training.ts';

/** A {@link Chip} whose methods throw a {@link ChipError} where its own return diagnostics; with types where those of its artifact are known. */
export interface LoadedChip<S extends Signature = Signature> {
  readonly chip: Chip;
  readonly programs: ProgramsOf<S>;
  /** How many threads run its programs. */
  readonly threads: number;
  /** What is not as it was asked for, up to now: fewer threads, or weights that never came. */
  readonly warnings: readonly Diagnostic[];
  /** Sets the inputs, runs the program once, returns copies of its outputs by name. */
  run<P extends ProgramName<S>>(program: P, inputs?: InputsOf<S, P>, options?: RunOptions): OutputsOf<S, P>;
  /** Like `run`, while this thread does other things (`Chip.runAsync`). Rejects with a {@link ChipError}, or with the signal's reason. */
  runAsync<P extends ProgramName<S>>(
    program: P,
    inputs?: InputsOf<S, P>,
    options?: AsyncRunOptions,
  ): Promise<OutputsOf<S, P>>;
  /** Trains the program on the data, for one epoch unless told otherwise; rejects with a {@link ChipError}. */
  train(program: ProgramName<S>, data: TrainingData, options?: TrainOptions): Promise<TrainingResult>;
  /** Gives all variables that are not embedded their first values, by the seed. */
  init(seed: number): void;
  /** Gives the states their first values again (`Chip.reset`). */
  reset(): void;
  /** A copy of a param or state, row-major in the shape it was declared with. */
  readVariable<V extends keyof S['variables'] & string>(path: V): S['variables'][V];
  /** Replaces a param or state. */
  writeVariable<V extends keyof S['variables'] & string>(path: V, data: GivenFor<S['variables'][V]>): void;
  /** Ends the chip's threads; it cannot run any more. */
  dispose(): void;
  [Symbol.dispose](): void;
}

type ProgramName<S extends Signature> = keyof S['programs'] & string;

/**
 * Loads an artifact from wherever it is (bytes, a URL, a response, a module: {@link ArtifactSource}) and makes a chip of it that is ready to run.
 * Rejects with a {@link ChipError} if it is none that this host can run.
 */
export async function load<S extends Signature = Signature>(
  source: ArtifactSource,
  options?: ChipOptions,
): Promise<LoadedChip<S>> {
  // What is to come may fail while the artifact is loaded, before anybody waits for it.
  Promise.resolve(options?.weightsFrom).catch(() => {});
  const warnings: Diagnostic[] = [];
  const orThrow = <T>(outcome: Outcome<T>): T => {
    if (!outcome.ok) throw new ChipError(outcome.diagnostics);
    warnings.push(...outcome.diagnostics);
    return outcome.value;
  };
  /** Methods of a chip are bound to it. */
  const throwing =
    <Given extends readonly unknown[], T>(method: (...given: Given) => Outcome<T>) =>
    (...given: Given): T =>
      orThrow(method(...given));
  const chip = orThrow(await createChip(orThrow(await loadArtifact(source)), options));
  const loaded: LoadedChip = {
    chip,
    programs: chip.programs,
    threads: chip.threads,
    warnings,
    run: throwing(chip.run),
    runAsync: async (program, inputs, options) => {
      const ran = await chip.runAsync(program, inputs as Inputs, options);
      if (!ran.ok && ran.diagnostics[0].code === 'run-aborted') options?.signal?.throwIfAborted();
      return orThrow(ran);
    },
    train: async (program, data, options) => {
      const { train } = await import('./training/train.ts');
      return orThrow(await train(chip, program, data, options ?? {}));
    },
    init: throwing(chip.init),
    reset: throwing(chip.reset),
    readVariable: throwing(chip.readVariable),
    writeVariable: throwing(chip.writeVariable),
    dispose: chip.dispose,
    [Symbol.dispose]: chip.dispose,
  };
  // What the types say of an artifact is for whoever has them to know.
  return loaded as unknown as LoadedChip<S>;
}
