export { type CompiledCodelets, compileCodelets } from './codelet/compile.ts';
export type { LowerOptions, MathMode } from './codelet/lower.ts';
