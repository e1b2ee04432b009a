export * as ast from './ast.ts';
export { type Code, catalogue } from './explain/catalogue.ts';
export { explain } from './explain/explain.ts';
export type { Explanation } from './explain/explanation.ts';
export { type Parsed, parse } from './parse.ts';
