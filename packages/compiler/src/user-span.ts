/** Where in the user's own text a tensor comes from. */
import { type Position, positionOf, type Span } from '@tessera-dnn/diagnostics';
import type { Origin } from '@tessera-dnn/graph';

/** The innermost place in a file of the user's own: a line of the prelude (texts in no file have names in angle brackets) means little. */
export function userSpan({ span, calls = [] }: Origin): Span | undefined {
  const spans = span === undefined ? calls : [span, ...calls];
  return spans.find(({ source }) => !source.name.startsWith('<')) ?? span;
}

export interface SourcePlace extends Position {
  readonly file: string;
}

/** The innermost place in the user's own files, with line and column from 1 on; undefined if there is none. */
export function placeOf(origin: Origin): SourcePlace | undefined {
  const own = userSpan(origin);
  return own && { file: own.source.name, ...positionOf(own.source, own.start) };
}
