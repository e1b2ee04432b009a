/**
 * What an elaboration tells whoever watches it: an editor's service shows what stands where without evaluating anything itself. A block's body is
 * evaluated once for each call, so places in it are told of as often.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Variable } from '@tessera-dnn/graph';
import type { Callee, Value } from './value.ts';

/** What a local name may be used for; the `weight` of an optimiser takes `:=`. */
export type LocalKind = 'let' | 'var' | 'variable' | 'parameter' | 'dimension' | 'weight';

/** What a name in a text stands for: what a body or a file declares, or a function that is built in. */
export type Meaning =
  | { readonly kind: 'local'; readonly declaration: Span; readonly local: LocalKind }
  | { readonly kind: 'callee'; readonly callee: Callee };

/** All functions are optional. None may change what it is given. */
export interface Observer {
  /** A name at `place` stands for `meaning`; a declaration stands for itself. The check of names tells it, each name once. */
  readonly name?: (place: Span, meaning: Meaning) => void;
  /** An expression, a step of a chain or what a name is declared with has a value; `calls` led there, the innermost first. */
  readonly value?: (place: Span, value: Value, calls: readonly Span[]) => void;
  /** The variables of all programs that could be evaluated, at the end. */
  readonly variables?: (variables: readonly Variable[]) => void;
}
