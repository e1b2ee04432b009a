/** A place in a source text. Spans are half-open ranges of UTF-16 offsets; lines and columns are derived when a diagnostic is rendered. */
import { lineIndexAt, lineStarts } from './lines.ts';

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

/** A 1-based line and column (in UTF-16 units). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The position of `offset` in `source`; offsets past the end are clamped. */
export function positionOf(source: Source, offset: number): Position {
  const clamped = Math.min(Math.max(0, offset), source.text.length);
  const index = lineIndexAt(source, clamped);
  return { line: index + 1, column: clamped - lineStarts(source)[index]! + 1 };
}
