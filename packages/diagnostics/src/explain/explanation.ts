/** How a package explains the diagnostics it gives: each package has a catalogue of them, and its codes are the keys of that catalogue. */

/** One entry of a catalogue of diagnostics: what `tessera explain CODE` prints. */
export interface Explanation {
  /** Stable, kebab-case. */
  readonly code: string;
  /** What went wrong, in a few words, lower case, no full stop. */
  readonly title: string;
  /** A paragraph: the rule, why there is one, and what to do. Plain text on one line; the reader's terminal wraps it. */
  readonly text: string;
  /** A `.dnn` source that gives this diagnostic (a test compiles it); absent where no text of reasonable length does. */
  readonly example?: string;
}

/** The codes of a catalogue (`CodeOf<typeof catalogue>`), so that whoever gives a code must have explained it. */
export type CodeOf<Catalogue extends readonly Explanation[]> = Catalogue[number]['code'];
