export { wasm } from './backend.ts';
export { type CompiledCodelets, type CompileOptions, compileCodelets } from './codelet/compile.ts';
export type { LowerOptions, MathMode } from './codelet/lower.ts';
export { type Code, catalogue } from './explain/catalogue.ts';
export { link } from './link/link.ts';
export { type CodeletSize, codeSizes, emitText } from './text.ts';
