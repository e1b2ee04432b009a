/** Lines of a source, and positions in them. A line ends with `\n` or `\r\n`. */
import type { Source } from './span.ts';

/** A 1-based line and column (in UTF-16 units). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const startsBySource = new WeakMap<Source, readonly number[]>();

/** The offsets at which lines begin, the first of them 0. They are remembered for each source, since many diagnostics ask for them. */
export function lineStarts(source: Source): readonly number[] {
  const known = startsBySource.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
  startsBySource.set(source, starts);
  return starts;
}

/** The index of the line that holds `offset`; offsets outside of the text are clamped. */
export function lineIndexAt(source: Source, offset: number): number {
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The offsets `[start, end)` of line `index` (from 0) without its line break. The line must exist. */
export function lineRange(source: Source, index: number): { readonly start: number; readonly end: number } {
  const starts = lineStarts(source);
  const start = starts[index]!;
  let end = index + 1 < starts.length ? starts[index + 1]! - 1 : source.text.length;
  if (end > start && source.text[end - 1] === '\r') end--;
  return { start, end };
}

/** The position of `offset` in `source`; offsets outside of the text are clamped. */
export function positionOf(source: Source, offset: number): Position {
  const clamped = Math.min(Math.max(0, offset), source.text.length);
  const index = lineIndexAt(source, clamped);
  return { line: index + 1, column: clamped - lineStarts(source)[index]! + 1 };
}
