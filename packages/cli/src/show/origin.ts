/** Where a tensor comes from, for its reader: the line in the user's own files, not the prelude's line behind it. */
import type { Plan } from '@tessera/compiler';
import { type Position, positionOf } from '@tessera/diagnostics';

type Origin = Plan['tiles']['buffers'][number]['origin'];

export interface Place extends Position {
  readonly file: string;
}

/** The innermost call that stands in a file; texts in no file have names in angle brackets. */
export function placeOf({ span, calls = [] }: Origin): Place | undefined {
  const spans = span === undefined ? calls : [span, ...calls];
  const own = spans.find(({ source }) => !source.name.startsWith('<')) ?? span;
  return own && { file: own.source.name, ...positionOf(own.source, own.start) };
}
