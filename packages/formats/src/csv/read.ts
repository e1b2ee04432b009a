/**
 * Reads tables: comma-separated values (RFC 4180), with or without names of columns in the first row. Other separators that are usual (semicolon, tab,
 * bar) are recognised.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import Papa from 'papaparse';
import type { Code } from '../explain/catalogue.ts';
import { shownName } from '../shown.ts';
import { areNamed, type Column, chosenColumns, type TableChoice } from './columns.ts';

/** Some columns of a table. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** The numbers row by row; NaN where a cell is none. */
  readonly numbers: Float64Array;
  /** The cells as they are written, where there is one column. */
  readonly texts: readonly string[];
  /** The first cell that is no number, counted as people count: from 1, with the row of names. */
  readonly firstText?: { readonly row: number; readonly column: string; readonly text: string };
}

/**
 * The chosen columns. Fails with `bad-table` whose message begins with `name`: for columns that are not there, and rows of other lengths. Warns with it
 * where the first row may as well be a sample: it was taken for names that nobody called, of columns that hold texts alone.
 */
export function readCsv(bytes: Uint8Array, name: string, choice: TableChoice = {}): Outcome<Table> {
  const text = decoded(bytes);
  if (text === undefined)
    return bad(`${name} is no text in UTF-8, or is longer than a text can be`, 'make an array of it: numpy.save');
  const first = Papa.parse<string[]>(text, { preview: 1, skipEmptyLines: true });
  const [head] = first.data;
  if (!head) return bad(`${name} has no rows`);
  // A row of names has no number; a row of samples has one.
  const hasNames = head.every(cell => !isNumeric(cell)) && head.some(cell => cell.trim() !== '');
  const columns = chosenColumns(head, hasNames, choice);
  if (typeof columns === 'string')
    return bad(
      `${name} ${columns}`,
      hasNames ? `it has ${shownList(head)}` : `it has ${head.length} columns, counted from 0`,
    );
  const table = parsed(text, name, { columns, width: head.length, hasNames, delimiter: first.meta.delimiter });
  if (!table.ok || !hasNames || areNamed(head, choice)) return table;
  return table.value.numbers.every(Number.isNaN) ? { ...table, diagnostics: [takenForNames(name, head)] } : table;
}

function takenForNames(name: string, head: readonly string[]): Diagnostic<Code> {
  const message = `${name}: the first row, ${shownList(head)}, is taken for the names of the columns, and is no sample`;
  const help = `if it is, write a row of names above it; if it is not, call the columns by them: ${name}:${shownName(head[0].trim())}`;
  return { code: 'bad-table', severity: 'warning', message, help };
}

interface Layout {
  readonly columns: readonly Column[];
  readonly width: number;
  readonly hasNames: boolean;
  readonly delimiter: string;
}

function parsed(text: string, name: string, { columns, width, hasNames, delimiter }: Layout): Outcome<Table> {
  const numbers: number[] = [];
  const texts: string[] = [];
  let row = 0;
  let firstText: Table['firstText'];
  let fault: string | undefined;
  Papa.parse<string[]>(text, {
    delimiter,
    skipEmptyLines: true,
    step: ({ data, errors: [error] }, parser) => {
      row++;
      if (hasNames && row === 1) return;
      if (data.length !== width) fault = `row ${row} has ${data.length} cells, and the first one ${width}`;
      // What a parser recovers from is a table that somebody else would read differently.
      else if (error && error.code !== 'UndetectableDelimiter') fault = `row ${row}: ${error.message}`;
      if (fault !== undefined) return parser.abort();
      for (const { at, name } of columns) {
        const value = isNumeric(data[at]) ? Number(data[at]) : Number.NaN;
        if (Number.isNaN(value)) firstText ??= { row, column: name, text: data[at] };
        numbers.push(value);
      }
      if (columns.length === 1) texts.push(data[columns[0].at].trim());
    },
  });
  if (fault !== undefined) return bad(`${name}: ${fault}`);
  const rows = hasNames ? row - 1 : row;
  return { ok: true, value: { rows, columns, numbers: Float64Array.from(numbers), texts, firstText }, diagnostics: [] };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether a cell is a number as people and programs write it: no empty one, and none in another base. */
function isNumeric(cell: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell);
}

function shownList(names: readonly string[]): string {
  const more = names.length > 12 ? ', …' : '';
  return names.slice(0, 12).map(shownName).join(', ') + more;
}

function bad(message: string, help?: string): Outcome<never> {
  const code: Code = 'bad-table';
  return { ok: false, diagnostics: [{ code, severity: 'error', message, ...(help === undefined ? {} : { help }) }] };
}
