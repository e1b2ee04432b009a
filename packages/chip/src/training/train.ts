/** The training loop in one call. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Chip } from '../chip.ts';
import type { TrainingData } from './batches.ts';
import type { Checkpoint } from './checkpoint.ts';
import { createTraining } from './create.ts';
import type { TrainingSettings } from './reports.ts';
import type { TrainingResult, TrainingRun } from './training.ts';

/** Settings of the training, options of its run, and where it begins. */
export interface TrainOptions extends TrainingSettings, TrainingRun {
  /** The checkpoint to go on from. `shuffle` and `seed` are then taken from it unless they are given. */
  readonly resume?: Checkpoint;
}

/**
 * Trains `program` of `chip` on `data`, for one epoch unless told otherwise. Only the variables on the chip change: its models use the
 * new values from their next run on. Fails with what `createTraining`, `Training.resume` and `Training.run` fail with.
 */
export async function train(
  chip: Chip,
  program: string,
  data: TrainingData,
  options: TrainOptions = {},
): Promise<Outcome<TrainingResult>> {
  const { resume } = options;
  const { shuffle = resume?.progress.shuffle, seed = resume?.progress.seed } = options;
  const created = createTraining(chip, program, data, { ...options, shuffle, seed });
  if (!created.ok) return created;
  const resumed = resume && created.value.resume(resume);
  if (resumed?.ok === false) return resumed;
  const ran = await created.value.run(options);
  return { ...ran, diagnostics: [...created.diagnostics, ...ran.diagnostics] };
}
