/** Where in the user's own text a tensor comes from. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Origin } from '@tessera-dnn/graph';

/** The innermost place in a file of the user's own: a line of the prelude (texts in no file have names in angle brackets) means little. */
export function userSpan({ span, calls = [] }: Origin): Span | undefined {
  const spans = span === undefined ? calls : [span, ...calls];
  return spans.find(({ source }) => !source.name.startsWith('<')) ?? span;
}
