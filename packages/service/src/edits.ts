/** Changes of texts. */
import type { Source, Span } from '@tessera-dnn/diagnostics';

/** The text at a place is replaced. */
export interface Edit {
  readonly place: Span;
  readonly text: string;
}

/** The text of a source after those edits that are in it. */
export function applied({ name, text }: Source, edits: readonly Edit[]): string {
  const own = edits.filter(({ place }) => place.source.name === name).toSorted((a, b) => b.place.start - a.place.start);
  return own.reduce((result, { place, text: inserted }) => {
    return result.slice(0, place.start) + inserted + result.slice(place.end);
  }, text);
}

/** The one edit that makes `after` of a source: what both have at their beginnings and ends stays. No edit if they are equal. */
export function editTo(source: Source, after: string): readonly Edit[] {
  const { text } = source;
  if (text === after) return [];
  const most = Math.min(text.length, after.length);
  let start = 0;
  while (start < most && text[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && text[text.length - 1 - end] === after[after.length - 1 - end]) end++;
  const place = { source, start, end: text.length - end };
  return [{ place, text: after.slice(start, after.length - end) }];
}
