/** Lays out tables for the terminal. */
import CliTable from 'cli-table3';
import type { Paint } from '../session.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A row of cells, or a horizontal line across the table. */
export type Row = readonly string[] | 'rule';

/** The table, indented by two spaces and without a final line break. */
export function tableOf(columns: readonly Column[], rows: readonly Row[], paint: Paint): string {
  const table = new CliTable({
    chars: {
      ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
      ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
      ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
    },
    style: { 'padding-left': 2, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: columns.map(column => column.align ?? 'left'),
  });
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map(row => (row === 'rule' ? 0 : plainLength(row[at] ?? '')))),
  );
  if (columns.some(column => column.title !== '')) table.push(columns.map(({ title }) => title && paint.dim(title)));
  for (const row of rows) {
    table.push(row === 'rule' ? widths.map(width => paint.dim('─'.repeat(width))) : [...row]);
  }
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}

/** How many columns of the terminal `text` takes; colours take none. */
export function plainLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
  return text.replace(/\u001b\[[\d;]*m/g, '').length;
}
