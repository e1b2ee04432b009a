export { type Artifact, loadArtifact, readManifest } from './artifact.ts';
export { type Caller, Chip, type Inputs, type Outputs, type PhaseTrace, type RunOptions } from './chip.ts';
export { type ChipOptions, createChip } from './create.ts';
export { missingFeatures } from './features.ts';
export { ChipError, type LoadedChip, load } from './load.ts';
export type { TensorData, TensorInput } from './tensor-data.ts';
export type { TrainingData } from './training/batches.ts';
export type { Checkpoint, SavedVariable, TrainingProgress } from './training/checkpoint.ts';
export { createTraining } from './training/create.ts';
export type {
  EpochReport,
  Feed,
  StepReport,
  TrainingResult,
  TrainingRun,
  TrainingSettings,
} from './training/reports.ts';
export { type TrainOptions, train } from './training/train.ts';
export { Training } from './training/training.ts';
