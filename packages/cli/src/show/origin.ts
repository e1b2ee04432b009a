/** Where a tensor comes from, for its reader: the line in the user's own files, not the prelude's line behind it. */
import { type Plan, userSpan } from '@tessera/compiler';
import { type Position, positionOf } from '@tessera/diagnostics';

type Origin = Plan['tiles']['buffers'][number]['origin'];

export interface Place extends Position {
  readonly file: string;
}

/** The innermost place in a file of the user's own. */
export function placeOf(origin: Origin): Place | undefined {
  const own = userSpan(origin);
  return own && { file: own.source.name, ...positionOf(own.source, own.start) };
}
