export type { CompileOptions } from './options.ts';
export { type Artifact, compile, frontEnd, type Plan, plan } from './pipeline.ts';
