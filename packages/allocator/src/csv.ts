/**
 * Problems and placements as CSV text: a header line, then one line per buffer.
 *
 * | column | |
 * |---|---|
 * | `id` (or `buffer`, `buffer_id`), `lower` (or `begin`, `start`), `upper`, `size` | these must be there; in any order |
 * | `end` | stands instead of `upper`: the last time at which the buffer lives, not the first at which it does not |
 * | `alignment`, `fixed` | the offset is a multiple of the one, or is the other; an empty cell says nothing |
 * | `gaps` | separated by spaces: with `4-6` it takes nothing during [4, 6), with `4-6@0:64` only its first 64 addresses |
 * | `anchor`, `distance` | its offset is so far above that of the buffer with this id, over which it may lie |
 * | `offset` | the offset in a placement |
 *
 * Names and gaps are written as minimalloc writes them. Other columns are ignored. Cells are not quoted, so an id has no comma in it.
 */
import type { Diagnostic, Outcome, Source, Span } from '@tessera-dnn/diagnostics';
import type { Code } from './explain/catalogue.ts';
import { type Buffer, faultOf, type Gap, type Pair, type Problem } from './problem.ts';

/** What stands in a file. */
export interface CsvContent {
  readonly buffers: readonly Buffer[];
  /** Absent if no buffer has an anchor. */
  readonly pairs?: readonly Pair[];
  /** The column `offset`, if the file has one; NaN for an empty cell. */
  readonly offsets?: Float64Array;
}

interface CsvLine {
  readonly text: string;
  readonly start: number;
}

const required = ['id', 'lower', 'upper', 'size'] as const;
const numbers = ['lower', 'upper', 'size', 'alignment', 'fixed', 'distance', 'offset'] as const;
const known: readonly string[] = ['id', 'gaps', 'anchor', ...numbers];
const otherNames: ReadonlyMap<string, string> = new Map([
  ['buffer', 'id'],
  ['buffer_id', 'id'],
  ['begin', 'lower'],
  ['start', 'lower'],
  ['end', 'upper'],
]);

/** How to read a row: the name of every column, and whether the end of a life is the last time of it (`end`) or the one after (`upper`). */
interface CsvHeader {
  readonly names: readonly string[];
  readonly isInclusive: boolean;
}

interface CsvRow {
  readonly buffer: Buffer;
  readonly offset?: number;
  readonly anchor?: string;
  readonly distance?: number;
}

/** The text as a problem, with the offsets of a placement if it has that column. One `bad-csv` for each faulty line points at it. */
export function parseCsv(source: Source): Outcome<CsvContent> {
  const [first, ...lines] = linesOf(source.text);
  if (!first) return { ok: false, diagnostics: [bad('an empty file; it needs the header id,lower,upper,size')] };
  const header = headerOf(first.text);
  const diagnostics = headerFaults(header.names).map(message => bad(message, spanOf(source, first)));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const rows: CsvRow[] = [];
  const report = (line: CsvLine, fault: string) => diagnostics.push(bad(fault, spanOf(source, line)));
  for (const line of lines) {
    const row = parseRow(line.text, header);
    if (typeof row === 'string') report(line, row);
    else rows.push(row);
  }
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const pairs = pairsOf(rows, (row, fault) => report(lines[row], fault));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const value = {
    buffers: rows.map(row => row.buffer),
    ...(pairs.length > 0 ? { pairs } : {}),
    ...(header.names.includes('offset') ? { offsets: Float64Array.from(rows, row => row.offset ?? Number.NaN) } : {}),
  };
  return { ok: true, value, diagnostics: [] };
}

type CsvCell = (buffer: Buffer, index: number) => string | number | undefined;

/**
 * A problem as text; with `offsets`, a placement of it. Optional columns appear if some buffer needs them. A buffer has one anchor only:
 * of several pairs with the same second buffer the last is written.
 */
export function formatCsv({ buffers, pairs = [] }: Problem, offsets?: ArrayLike<number>): string {
  const anchors = new Map(pairs.map(pair => [pair.second, pair]));
  const columns: [string, CsvCell][] = [...basicColumns];
  if (buffers.some(buffer => buffer.alignment !== undefined)) columns.push(['alignment', buffer => buffer.alignment]);
  if (buffers.some(buffer => buffer.fixedOffset !== undefined)) columns.push(['fixed', buffer => buffer.fixedOffset]);
  if (buffers.some(buffer => buffer.gaps)) columns.push(['gaps', ({ gaps = [] }) => gaps.map(formatGap).join(' ')]);
  if (pairs.length > 0) {
    columns.push(['anchor', (_, index) => buffers[anchors.get(index)?.first ?? -1]?.id]);
    columns.push(['distance', (_, index) => anchors.get(index)?.distance]);
  }
  if (offsets) columns.push(['offset', (_, index) => offsets[index]]);
  return table(buffers, columns);
}

/** A placement with the columns `id,lower,upper,size,offset` and no others, whatever else the problem says. */
export function formatPlacement(buffers: readonly Buffer[], offsets: ArrayLike<number>): string {
  return table(buffers, [...basicColumns, ['offset', (_, index) => offsets[index]]]);
}

const basicColumns: readonly [string, CsvCell][] = [
  ['id', buffer => buffer.id],
  ['lower', buffer => buffer.lower],
  ['upper', buffer => buffer.upper],
  ['size', buffer => buffer.size],
];

function table(buffers: readonly Buffer[], columns: readonly [string, CsvCell][]): string {
  const rows = buffers.map((buffer, index) => columns.map(([, cell]) => cell(buffer, index) ?? '').join(','));
  return `${[columns.map(([name]) => name).join(','), ...rows].join('\n')}\n`;
}

function formatGap({ lower, upper, window }: Gap): string {
  return `${lower}-${upper}${window ? `@${window.lower}:${window.upper}` : ''}`;
}

function headerOf(text: string): CsvHeader {
  const written = text
    .replace(/^\uFEFF/, '')
    .split(',')
    .map(name => name.trim());
  return { names: written.map(name => otherNames.get(name) ?? name), isInclusive: written.includes('end') };
}

function headerFaults(names: readonly string[]): readonly string[] {
  const missing = required.filter(name => !names.includes(name));
  const twice = known.filter(name => names.indexOf(name) !== names.lastIndexOf(name));
  return [...missing.map(name => `no column ${name}`), ...twice.map(name => `two columns ${name}`)];
}

/** A row, or a sentence that says what is wrong with it. */
function parseRow(text: string, { names, isInclusive }: CsvHeader): CsvRow | string {
  const cells = text.split(',').map(cell => cell.trim());
  if (cells.length !== names.length) return `${cells.length} cells under ${names.length} names`;
  const cell = (name: string) => cells[names.indexOf(name)] ?? '';
  const id = cell('id');
  const read: { -readonly [name in (typeof numbers)[number]]?: number } = {};
  for (const name of numbers) {
    const written = cell(name);
    if (written === '' && !required.some(other => other === name)) continue;
    if (!/^[+-]?\d+$/.test(written)) return `buffer ${id} has the ${name} “${written}”, which is no integer`;
    read[name] = Number(written);
  }
  const { lower = Number.NaN, upper = Number.NaN, size = Number.NaN, alignment, fixed, distance, offset } = read;
  const gaps = cell('gaps') === '' ? undefined : parseGaps(cell('gaps'), isInclusive);
  if (typeof gaps === 'string') return `buffer ${id} has the gap “${gaps}”; write it as 4-6 or 4-6@0:64`;
  const buffer: Buffer = {
    id,
    lower,
    upper: isInclusive ? upper + 1 : upper,
    size,
    ...(alignment === undefined ? {} : { alignment }),
    ...(fixed === undefined ? {} : { fixedOffset: fixed }),
    ...(gaps ? { gaps } : {}),
  };
  const fault = faultOf(buffer);
  if (fault !== undefined) return `buffer ${id} ${fault}`;
  const anchor = cell('anchor');
  if ((anchor === '') !== (distance === undefined)) return `buffer ${id} needs an anchor and a distance, or neither`;
  return {
    buffer,
    ...(offset === undefined ? {} : { offset }),
    ...(distance === undefined ? {} : { anchor, distance }),
  };
}

/** The gaps, or the text of the first that is not written as one. */
function parseGaps(text: string, isInclusive: boolean): readonly Gap[] | string {
  const gaps: Gap[] = [];
  for (const written of text.split(/\s+/)) {
    const match = /^(-?\d+)-(-?\d+)(?:@(\d+):(\d+))?$/.exec(written);
    if (!match) return written;
    const [lower, upper] = [Number(match[1]), Number(match[2]) + (isInclusive ? 1 : 0)];
    const window = match[3] === undefined ? {} : { window: { lower: Number(match[3]), upper: Number(match[4]) } };
    gaps.push({ lower, upper, ...window });
  }
  return gaps;
}

function pairsOf(rows: readonly CsvRow[], report: (row: number, fault: string) => void): readonly Pair[] {
  const indexOf = new Map(rows.map(({ buffer }, index) => [buffer.id, index]));
  return rows.flatMap(({ buffer, anchor, distance }, second) => {
    if (anchor === undefined || distance === undefined) return [];
    const first = indexOf.get(anchor);
    if (first === undefined)
      report(second, `buffer ${buffer.id} has the anchor ${anchor}, and there is no such buffer`);
    else if (first === second) report(second, `buffer ${buffer.id} is its own anchor`);
    else return [{ first, second, distance }];
    return [];
  });
}

/** The lines that are not blank, with their offsets in `text`. */
function linesOf(text: string): readonly CsvLine[] {
  const lines: CsvLine[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '') lines.push({ text: line, start });
    start += line.length + 1;
  }
  return lines;
}

function spanOf(source: Source, line: CsvLine): Span {
  return { source, start: line.start, end: line.start + line.text.trimEnd().length };
}

function bad(message: string, span?: Span): Diagnostic<Code> {
  return { code: 'bad-csv', severity: 'error', message, ...(span ? { span } : {}) };
}
