export { dead } from './dead.ts';
export { differentiate } from './differentiate.ts';
export { fold } from './fold.ts';
export { fuse } from './fuse.ts';
export { passes, runPasses } from './pipeline.ts';
export { prepare } from './prepare.ts';
export { rows } from './rows.ts';
export { simplify } from './simplify.ts';
export type { PassOptions, Stage } from './stage.ts';
