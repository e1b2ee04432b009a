/** Kernels as data: how they are recorded, printed, read, counted and interpreted. */
export { unitFloat } from './arithmetic.ts';
export * from './builder.ts';
export * from './code.ts';
export * from './combine.ts';
export * from './count.ts';
export * from './fields.ts';
export * from './fit.ts';
export * from './interpret.ts';
export { KernelNumbers } from './numbers.ts';
export * from './parse.ts';
export * from './print.ts';
export * from './recorder.ts';
export { constantStep, isSlowStep, stepCost } from './scalar-steps.ts';
export { elementsTo, viewBytes } from './stream.ts';
export { boundSums, longestSums, type SumLengths } from './sums.ts';
export { type KernelTraffic, trafficOf } from './traffic.ts';
export type { VertexSpec } from './vertex-spec.ts';
export { blocksOf, operandsOf } from './walk.ts';
