export { type Strategy, strategies } from '@tessera-dnn/allocator';
export { algorithms } from '@tessera-dnn/ops';
export type { MemoryPlan, MemoryTable, Recompute } from '@tessera-dnn/passes';
export {
  type LiveBuffer,
  type MemoryBox,
  type MemoryPicture,
  type MemoryReport,
  numberedPhase,
  type PhaseWork,
  peakMoment,
  phaseText,
  type Relation,
  type RoundsTaken,
  relationOf,
  roundsTaken,
  type Sharing,
  sharings,
  type TileMemory,
  type VariantChoice,
  variantChoices,
} from '@tessera-dnn/tiling';
export { type Artifact, assemble } from './assemble.ts';
export { declarationOf } from './declaration.ts';
export { type ElaboratedModel, type ElaboratedOptions, elaboratedModel } from './elaborated.ts';
export { type Code, catalogue } from './explain/catalogue.ts';
export type { FrontPoint } from './front/choose.ts';
export { frontEnd } from './front-end.ts';
export { type MemoryTables, memoryTables } from './memory-tables.ts';
export { type Operation, operations, operationTable } from './operations.ts';
export type { CompileOptions } from './options.ts';
export type { Tried } from './pipeline.ts';
export { type Plan, phaseWorkOf, pictureOf } from './plan.ts';
export type { Stored } from './precisions.ts';
export {
  type EndKind,
  endKinds,
  type Quantized,
  type QuantizeOptions,
  quantize,
  quantizeSteps,
} from './quantize/quantize.ts';
export { type RangeKind, rangeKinds } from './quantize/ranges.ts';
export type { Agreement, LevelEnd, QuantizationReport, QuantizedValue, QuantizedWeights } from './quantize/report.ts';
export { backStages, frontStages, type PipelineStage, pipelineStages, stages } from './stages.ts';
export { placeOf, type SourcePlace, userSpan } from './user-span.ts';
export { matchWeights } from './weights.ts';
export { check, compile, plan, planFront, storedInEach, tryPlan, tryPlanWithTables } from './with-wasm.ts';
