/** Places in a source text, as offsets; lines and columns are worked out only when a diagnostic is rendered (`lines.ts`). */

/** A source text with the name it is shown under. */
export interface Source {
  /** The path as the user wrote it, or a name in angle brackets for text that is in no file (`<prelude>/layers.dnn`). */
  readonly name: string;
  readonly text: string;
}

/** The half-open range `[start, end)` of UTF-16 offsets in `source.text`. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}
