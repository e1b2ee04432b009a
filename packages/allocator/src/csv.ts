/**
 * Problems and placements as CSV text: a header line, then one line per buffer.
 *
 * Columns in any order: `id,lower,upper,size` must be there; `alignment` and `fixed` (a fixed offset) may be, with empty cells for
 * none; `offset` is a placement, as `formatCsv` writes it. Other columns are ignored. No quoting: ids hold no commas.
 */
import type { Diagnostic, Outcome, Source, Span } from '@tessera/diagnostics';
import { type Buffer, faultOf } from './problem.ts';

export interface CsvContent {
  readonly buffers: readonly Buffer[];
  /** The column `offset`, if the file has one. */
  readonly offsets?: Float64Array;
}

interface Line {
  readonly text: string;
  readonly start: number;
}

const required = ['id', 'lower', 'upper', 'size'] as const;
const known: readonly string[] = [...required, 'alignment', 'fixed', 'offset'];

/** The text as a problem, and as a placement if it has offsets; `bad-csv` diagnostics point at the faulty lines. */
export function parseCsv(source: Source): Outcome<CsvContent> {
  const [header, ...rows] = linesOf(source.text);
  if (!header) return { ok: false, diagnostics: [bad('an empty file; it needs the header id,lower,upper,size')] };
  const names = header.text.split(',').map(name => name.trim());
  const diagnostics = headerFaults(names).map(message => bad(message, spanOf(source, header)));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const parsed = rows.map(line => ({ line, ...parseRow(line.text, names) }));
  for (const { line, fault } of parsed) if (fault !== undefined) diagnostics.push(bad(fault, spanOf(source, line)));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const buffers = parsed.map(row => row.buffer);
  const offsets = names.includes('offset')
    ? { offsets: Float64Array.from(parsed, row => row.offset ?? Number.NaN) }
    : {};
  return { ok: true, value: { buffers, ...offsets }, diagnostics: [] };
}

/** The text of a problem; with `offsets`, of a placement. Optional columns appear where some buffer needs them. */
export function formatCsv(buffers: readonly Buffer[], offsets?: ArrayLike<number>): string {
  const columns: [string, (buffer: Buffer, index: number) => string | number | undefined][] = [
    ['id', buffer => buffer.id],
    ['lower', buffer => buffer.lower],
    ['upper', buffer => buffer.upper],
    ['size', buffer => buffer.size],
  ];
  if (buffers.some(buffer => buffer.alignment !== undefined)) columns.push(['alignment', buffer => buffer.alignment]);
  if (buffers.some(buffer => buffer.fixedOffset !== undefined)) columns.push(['fixed', buffer => buffer.fixedOffset]);
  if (offsets) columns.push(['offset', (_, index) => offsets[index]]);
  const rows = buffers.map((buffer, index) => columns.map(([, cell]) => cell(buffer, index) ?? '').join(','));
  return `${[columns.map(([name]) => name).join(','), ...rows].join('\n')}\n`;
}

function parseRow(text: string, names: readonly string[]) {
  const cells = text.split(',').map(cell => cell.trim());
  const numberIn = (name: string): number | undefined => {
    const cell = cells[names.indexOf(name)];
    return cell === undefined || cell === '' ? undefined : Number(cell);
  };
  const alignment = numberIn('alignment');
  const fixedOffset = numberIn('fixed');
  const buffer: Buffer = {
    id: cells[names.indexOf('id')] ?? '',
    lower: numberIn('lower') ?? Number.NaN,
    upper: numberIn('upper') ?? Number.NaN,
    size: numberIn('size') ?? Number.NaN,
    ...(alignment === undefined ? {} : { alignment }),
    ...(fixedOffset === undefined ? {} : { fixedOffset }),
  };
  const wide = cells.length !== names.length ? `${cells.length} cells under ${names.length} names` : undefined;
  const fault = faultOf(buffer);
  return { buffer, offset: numberIn('offset'), fault: wide ?? (fault && `buffer ${buffer.id} ${fault}`) };
}

function headerFaults(names: readonly string[]): readonly string[] {
  const missing = required.filter(name => !names.includes(name));
  const twice = known.filter(name => names.indexOf(name) !== names.lastIndexOf(name));
  return [...missing.map(name => `no column ${name}`), ...twice.map(name => `two columns ${name}`)];
}

/** The lines that are not blank, with their offsets. */
function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '') lines.push({ text: line, start });
    start += line.length + 1;
  }
  return lines;
}

function spanOf(source: Source, line: Line): Span {
  return { source, start: line.start, end: line.start + line.text.trimEnd().length };
}

function bad(message: string, span?: Span): Diagnostic {
  return { code: 'bad-csv', severity: 'error', message, ...(span ? { span } : {}) };
}
