/**
 * One line of a source as it is shown: tabs become spaces, control characters become U+FFFD, and a very long line is cut to a window
 * around what is pointed at. Columns here are cells of the terminal, counted from 0.
 */
import { lineRange } from '../lines.ts';
import type { Source } from '../span.ts';

const tabWidth = 4;
/** A line with more cells than this is cut. */
const widest = 120;
/** How many cells are kept before the first mark when a line is cut. */
const leadIn = 30;

/** A line as a terminal shows it. */
export interface ShownLine {
  readonly text: string;
  /** The cell in which the character at `offset` of the source begins; offsets outside the line are clamped. */
  readonly columnOf: (offset: number) => number;
}

/** Line `index` of `source`; if it must be cut, `focus` (an offset) stays in sight. */
export function showLine(source: Source, index: number, focus: number): ShownLine {
  const { start, end } = lineRange(source, index);
  // Of a line of a megabyte only the part near the focus is laid out. Four UTF-16 units for a cell are more than any script needs.
  const from = end - start > 4 * widest ? Math.max(start, focus - 2 * widest) : start;
  const to = Math.min(end, from + 8 * widest);
  const { text, columns } = layOutCells(source.text.slice(from, to));
  const columnAt = (offset: number): number => columns[Math.min(Math.max(offset, from), to) - from]!;
  const isCut = from > start || to < end || columns.at(-1)! > widest;
  if (!isCut) return { text, columnOf: columnAt };
  const first = Math.max(0, columnAt(focus) - leadIn);
  const before = first > 0 || from > start ? '…' : '';
  const after = to < end || columns.at(-1)! > first + widest ? '…' : '';
  const cells = cutCells(text, first, first + widest);
  const shift = before.length - first;
  const clamp = (column: number): number => Math.min(Math.max(column, 0), before.length + widest);
  return { text: before + cells + after, columnOf: offset => clamp(columnAt(offset) + shift) };
}

/** `raw` as it is shown, and for each of its UTF-16 units (and its end) the cell in which it begins. */
function layOutCells(raw: string): { readonly text: string; readonly columns: readonly number[] } {
  const columns: number[] = [];
  let text = '';
  let column = 0;
  for (const char of raw) {
    for (let unit = 0; unit < char.length; unit++) columns.push(column);
    const shown = char === '\t' ? ' '.repeat(tabWidth - (column % tabWidth)) : isControl(char) ? '\ufffd' : char;
    text += shown;
    column += char === '\t' ? shown.length : cellsOf(char);
  }
  columns.push(column);
  return { text, columns };
}

function cutCells(text: string, from: number, to: number): string {
  let column = 0;
  let kept = '';
  for (const char of text) {
    if (column >= from && column < to) kept += char;
    column += cellsOf(char);
  }
  return kept;
}

function isControl(char: string): boolean {
  return /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u.test(char);
}

/** How many cells a character takes: 0 if it combines with the one before, 2 for the wide characters of East Asia and emoji. */
function cellsOf(char: string): number {
  if (/\p{Mn}/u.test(char)) return 0;
  const isWide =
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Emoji_Presentation}/u;
  return isWide.test(char) ? 2 : 1;
}
