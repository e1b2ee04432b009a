export { type LoadedArtifact, loadArtifact, readManifest } from './artifact.ts';
export { type AsyncRunOptions, Chip, type Inputs, type Outputs, type PhaseTrace, type RunOptions } from './chip.ts';
export { ChipError } from './chip-error.ts';
export { type ChipOptions, createChip } from './create.ts';
export { type Code, catalogue } from './explain/catalogue.ts';
export { missingFeatures } from './features.ts';
export { type LoadedChip, load } from './load.ts';
export type { Net } from './net.ts';
export type { Caller } from './runner.ts';
export type { GivenFor, InputsOf, OutputsOf, ProgramSignature, ProgramsOf, Signature } from './signature.ts';
export type { ArtifactSource } from './source.ts';
export type { GivenData, Picture, TensorData, TensorInput } from './tensor-data.ts';
export type { Threads } from './threads/count.ts';
export type { TrainingData } from './training/batches.ts';
export type { Checkpoint, SavedVariable, TrainingProgress } from './training/checkpoint.ts';
export { createTraining } from './training/create.ts';
export {
  copyVariables,
  createEvaluation,
  Evaluation,
  type EvaluationResult,
  type EvaluationRun,
  type EvaluationSettings,
  evaluate,
} from './training/evaluate.ts';
export { lossesOf } from './training/finite.ts';
export type { EpochReport, Feed, StepReport, TrainingSettings } from './training/reports.ts';
export { type TrainOptions, train } from './training/train.ts';
export { Training, type TrainingResult, type TrainingRun } from './training/training.ts';
export type { Weights } from './variables.ts';
export type { WeightsSource } from './weights/arriving.ts';
export type { WeightsProgress } from './weights/stream.ts';
