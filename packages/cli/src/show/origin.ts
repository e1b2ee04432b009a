/** Where a tensor comes from: the line in the user's own files, not a line of the prelude that it calls. */
import { type Plan, userSpan } from '@tessera-dnn/compiler';
import { type Position, positionOf } from '@tessera-dnn/diagnostics';

type Origin = Plan['tiles']['buffers'][number]['origin'];

export interface SourcePlace extends Position {
  readonly file: string;
}

/** The innermost place in the user's own files; undefined if there is none. */
export function placeOf(origin: Origin): SourcePlace | undefined {
  const own = userSpan(origin);
  return own && { file: own.source.name, ...positionOf(own.source, own.start) };
}
