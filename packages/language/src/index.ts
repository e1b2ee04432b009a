export type { Explanation } from '@tessera-dnn/diagnostics';
export * as ast from './ast.ts';
export { builtinDocs } from './elaborate/builtin-docs.ts';
export { builtinNames } from './elaborate/builtin-names.ts';
export { check, type ElaborateOptions, elaborate, type Resolved, resolve } from './elaborate/elaborate.ts';
export {
  type FileScope,
  findItem,
  type Load,
  type NamedItem,
  type Unloadable,
  visibleNames,
} from './elaborate/files.ts';
export { initialiserNames } from './elaborate/functions.ts';
export { initProgram } from './elaborate/init.ts';
export type { Meaning, Observer } from './elaborate/observer.ts';
export { groupsOf, matches } from './elaborate/patterns.ts';
export { precisionOf, type StoredFloat } from './elaborate/precision.ts';
export { refusedProgramNames } from './elaborate/programs.ts';
export { elaboration } from './elaborate/stage.ts';
export { type Callee, describe, show, type Value } from './elaborate/value.ts';
export { type Code, catalogue } from './explain/catalogue.ts';
export { explain } from './explain/explain.ts';
export { formatSource } from './format.ts';
export { StringLiteral } from './lexer/strings.ts';
export { reservedWords, vocabulary } from './lexer/vocabulary.ts';
export { type Parsed, parse } from './parse.ts';
export { preludeFileOf, preludeNames } from './prelude/prelude.ts';
export { preludeSources } from './prelude/sources.ts';
