export { type Strategy, strategies } from '@tessera-dnn/allocator';
export { algorithms } from '@tessera-dnn/ops';
export type { MemoryPlan, MemoryTable, Recompute } from '@tessera-dnn/passes';
export {
  type LiveBuffer,
  type MemoryBox,
  type MemoryPicture,
  type MemoryReport,
  type NumberedPhase,
  numberedPhase,
  type PhaseWork,
  peakMoment,
  phaseText,
  relationOf,
  type TileMemory,
} from '@tessera-dnn/tiling';
export { type Code, catalogue } from '../explain/catalogue.ts';
export { type MemoryTables, memoryTables } from '../memory-tables.ts';
export { type Operation, operations, operationTable } from '../operations.ts';
export type { CompileOptions } from '../options.ts';
export type { Tried, TriedWithTables } from '../pipeline.ts';
export { type Plan, phaseWorkOf, pictureOf } from '../plan.ts';
export { stages } from '../stages.ts';
export { placeOf, type SourcePlace, userSpan } from '../user-span.ts';
export { exactSizes } from './exact-sizes.ts';
export { check, plan, tryPlan, tryPlanWithTables } from './without-code.ts';
