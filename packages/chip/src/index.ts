export { type Artifact, loadArtifact, readManifest } from './artifact.ts';
export { Chip, type Inputs, type Outputs, type PhaseTrace, type RunOptions } from './chip.ts';
export { type ChipOptions, createChip } from './create.ts';
export { missingFeatures } from './features.ts';
export { ChipError, type LoadedChip, load } from './load.ts';
export type { TensorData, TensorInput } from './tensor-data.ts';
