/** What differs between two plans, as text. */
import type { Change, Difference, ProgramDifference } from '@tessera-dnn/explorer';
import type { Paint } from '../session.ts';
import { grouped } from './numbers.ts';
import { type Column, tableOf } from './table.ts';

/** So many tensors and phases are listed without `--all`. */
const mostListed = 12;

const numbers: readonly Column[] = [
  { title: 'before', align: 'right' },
  { title: 'after', align: 'right' },
  { title: 'difference', align: 'right' },
];

/** Tables of the fullest tile, of programs, tensors and phases. `names`: what is compared. */
export function differenceText(
  { fits, tile, tensors, programs }: Difference,
  names: readonly [string, string],
  paint: Paint,
  all = false,
): string {
  const fit = (does: boolean) => (does ? paint.green('fits') : paint.red('does not fit'));
  const title = `${paint.bold(names[0])} ${fit(fits.before)}, ${paint.bold(names[1])} ${fit(fits.after)}`;
  const differing = tile.filter(({ before, after }) => before !== after);
  const rows = differing.map(change => [rowTexts[change.name] ?? change.name, ...numbersOf(change, paint)]);
  const some = <T>(list: readonly T[]) => (all ? list : list.slice(0, mostListed));
  const more = (list: readonly unknown[]) =>
    list.length > mostListed && !all ? [`  and ${list.length - mostListed} more: --all`] : [];
  const tensorRows = some(tensors).map(change => [change.name, change.kind, ...numbersOf(change, paint)]);
  const sections = [
    ...section('Bytes of the fullest tile', [{ title: '' }, ...numbers], rows, paint),
    ...section(
      'Programs',
      [{ title: '' }, ...numbers],
      programs.flatMap(each => programRows(each, paint)),
      paint,
    ),
    ...section(
      'Tensors, on the tile that holds most of them',
      [{ title: '' }, { title: '' }, ...numbers],
      tensorRows,
      paint,
    ),
    ...more(tensors),
    ...programs.flatMap(({ program, byPhase }) => {
      const phaseRows = some(byPhase).map(change => [change.name, ...numbersOf(change, paint)]);
      return [
        ...section(`Cycles of ${program}, by phase`, [{ title: '' }, ...numbers], phaseRows, paint),
        ...more(byPhase),
      ];
    }),
  ];
  return [title, ...(sections.length === 0 ? ['', 'There is no difference.'] : sections)].join('\n');
}

const rowTexts: { readonly [row: string]: string } = {
  usedBytes: 'used',
  exchangeTables: 'exchange tables',
};

function section(
  title: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): readonly string[] {
  return rows.length === 0 ? [] : ['', paint.bold(title), '', tableOf(columns, rows, paint)];
}

function programRows(
  { program, cycles, phases, moved }: ProgramDifference,
  paint: Paint,
): readonly (readonly string[])[] {
  const texts = { cycles: 'cycles', phases: 'phases', moved: 'bytes moved' };
  const changes = [cycles, phases, moved].filter(({ before, after }) => before !== after);
  return changes.map(change => [
    `${program}: ${texts[change.name as keyof typeof texts]}`,
    ...numbersOf(change, paint),
  ]);
}

function numbersOf({ before, after }: Change, paint: Paint): readonly string[] {
  const number = (value: number | undefined) => (value === undefined ? paint.dim('none') : grouped(value));
  const change = (after ?? 0) - (before ?? 0);
  const sign = change > 0 ? '+' : change < 0 ? '−' : '';
  const share = before && after ? ` (${sign}${((100 * Math.abs(change)) / before).toFixed(1)} %)` : '';
  const text = `${sign}${grouped(Math.abs(change))}${share}`;
  return [number(before), number(after), change < 0 ? paint.green(text) : paint.yellow(text)];
}
