/** One entry of the catalogue of diagnostics: what `tessera explain CODE` prints. */
export interface Explanation {
  /** Stable, kebab-case. */
  readonly code: string;
  /** What went wrong, in a few words, lower case, no full stop. */
  readonly title: string;
  /** A paragraph: the rule, why there is one, and what to do. Plain text on one line; the reader's terminal wraps it. */
  readonly text: string;
  /** A `.dnn` source that gives this diagnostic (a test compiles it), or for limits too long to print, absent. */
  readonly example?: string;
}
