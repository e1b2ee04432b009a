/**
 * The lines of the source that a diagnostic points at, each with its marks underneath:
 *
 *  3 | h = relu(x @ w)
 *    |          ^   ^ has 15 rows
 *    |          has 16 columns
 *
 * The remark of the rightmost mark stands beside it, the others under theirs, from right to left, with a bar down to
 * those that are still to come. A mark over several lines shows its first and last.
 */
import { lineIndexAt, lineRange } from '../lines.ts';
import type { Source, Span } from '../span.ts';
import type { Paint, Role } from './paint.ts';
import { shorten } from './shorten.ts';
import { type ShownLine, showLine } from './shown-line.ts';

/** Something to underline. */
export interface Mark {
  readonly span: Span;
  readonly message?: string;
}

interface LineMark {
  readonly start: number;
  readonly end: number;
  readonly message?: string;
}

/** Cells `[from, to)` of a shown line. */
interface Cells {
  readonly from: number;
  readonly to: number;
  readonly message?: string;
}

/** How many digits the largest line number in an excerpt of these marks has. */
export function numberWidth(source: Source, marks: readonly Mark[]): number {
  return Math.max(...marks.map(({ span }) => String(lineIndexAt(source, span.end) + 1).length));
}

/** The rows of the excerpt, without line breaks; `role` decides the colour of the marks. All marks must lie in `source`. */
export function excerpt(source: Source, marks: readonly Mark[], paint: Paint, role: Role): readonly string[] {
  const width = numberWidth(source, marks);
  const gutter = paint('gutter', `${' '.repeat(width + 2)}|`);
  const byLine = marksByLine(source, marks);
  const rows = [gutter];
  let previous: number | undefined;
  for (const index of [...byLine.keys()].sort((a, b) => a - b)) {
    if (previous !== undefined && index > previous + 1) rows.push(paint('gutter', ' ...'));
    previous = index;
    const lineMarks = byLine.get(index)!;
    const line = showLine(source, index, Math.min(...lineMarks.map(mark => mark.start)));
    rows.push(`${paint('gutter', ` ${String(index + 1).padStart(width)} |`)} ${line.text}`.trimEnd());
    for (const row of markRows(line, lineMarks)) rows.push(`${gutter} ${paint(role, row)}`);
  }
  return rows;
}

function marksByLine(source: Source, marks: readonly Mark[]): ReadonlyMap<number, LineMark[]> {
  const byLine = new Map<number, LineMark[]>();
  const add = (index: number, mark: LineMark): void => {
    byLine.set(index, [...(byLine.get(index) ?? []), mark]);
  };
  for (const { span, message } of marks) {
    const first = lineIndexAt(source, span.start);
    const last = lineIndexAt(source, Math.max(span.start, span.end - 1));
    if (first === last) add(first, { start: span.start, end: span.end, message });
    else {
      add(first, { start: span.start, end: lineRange(source, first).end });
      const { start } = lineRange(source, last);
      const indent = /^[ \t]*/.exec(source.text.slice(start, span.end))![0].length;
      add(last, { start: Math.min(start + indent, span.end - 1), end: span.end, message });
    }
  }
  return byLine;
}

function markRows(line: ShownLine, marks: readonly LineMark[]): readonly string[] {
  const cells = marks.map(mark => cellsOf(line, mark)).sort((a, b) => a.from - b.from || a.to - b.to);
  const carets = cells.reduce((row, { from, to }) => write(row, from, '^'.repeat(to - from)), '');
  const pending = cells.flatMap(mark =>
    mark.message === undefined ? [] : [{ ...mark, message: shorten(mark.message) }],
  );
  const last = pending.at(-1);
  // A remark beside the carets seems to belong to the rightmost of them, so only that one's may stand there.
  const beside = last !== undefined && last.from === cells.at(-1)!.from ? pending.pop() : undefined;
  const rows = [beside === undefined ? carets : `${carets} ${beside.message}`];
  for (let mark = pending.pop(); mark !== undefined; mark = pending.pop()) {
    const bars = pending.reduce((row, { from }) => write(row, from, '|'), '');
    rows.push(write(bars, mark.from, mark.message));
  }
  return rows;
}

function cellsOf(line: ShownLine, { start, end, message }: LineMark): Cells {
  const from = line.columnOf(start);
  return { from, to: Math.max(from + 1, line.columnOf(end)), message };
}

/** `row` with `text` written over it from cell `column` on. */
function write(row: string, column: number, text: string): string {
  return row.slice(0, column).padEnd(column) + text + row.slice(column + text.length);
}
