export { type Strategy, strategies } from '@tessera/allocator';
export { type LiveBuffer, type MemoryReport, peakMoment, type TileMemory } from '@tessera/tiling';
export { assemble } from './assemble.ts';
export { check } from './check.ts';
export { type Operation, operations } from './operations.ts';
export type { CompileOptions } from './options.ts';
export { type Artifact, compile, frontEnd, type Plan, plan } from './pipeline.ts';
export { stages } from './stages.ts';
export { matchWeights } from './weights.ts';
