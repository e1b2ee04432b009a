/** A sweep for the terminal: what all points have in common, a table of them, and what it answers. */
import { formatSize } from '@tessera-dnn/machine';
import type { Paint } from '../session.ts';
import {
  chipBytes,
  cyclesOf,
  fits,
  frontsOf,
  type Group,
  isOfChip,
  largestValues,
  numericAxes,
  type Smallest,
  type Solved,
  smallestChips,
} from '../sweep/answers.ts';
import type { Axis } from '../sweep/axes.ts';
import type { Sweep } from '../sweep/points.ts';
import { counted, duration, grouped, percent } from './numbers.ts';
import { type Column, tableOf } from './table.ts';

/** A table of more rows is for a file: the terminal gets the fronts alone. */
const mostRows = 100;

export const frontMark = '◆';

/** The whole text. `solved` has the points that have an answer. */
export function sweepText(sweep: Sweep, solved: readonly Solved[], paint: Paint): string {
  const onFront = new Set(frontsOf(sweep, solved).flatMap(({ points }) => points.map(({ point }) => point)));
  const isLong = solved.length > mostRows;
  const shown = isLong ? solved.filter(({ point }) => onFront.has(point)) : solved;
  const fitting = solved.filter(fits).length;
  const parts = [
    headline(sweep, solved, fitting, paint),
    shown.length > 0 && tableOf(columnsOf(sweep), rowsOf(sweep, shown, onFront, paint), paint),
    isLong && `  the fronts of ${counted(solved.length, 'point')}; --csv FILE or --json gives them all`,
    fitting > 0 &&
      `  ${frontMark} no other plan of the same work takes fewer bytes of the fullest tile and fewer cycles`,
    answersText(sweep, solved, paint),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function headline({ source, axes }: Sweep, solved: readonly Solved[], fitting: number, paint: Paint): string {
  const fixed = axes.flatMap(({ name, values }) => (values.length === 1 ? [`${name} ${values[0]}`] : []));
  const title = `${paint.bold(source)}: ${counted(solved.length, 'plan')}, of which ${grouped(fitting)} ${fitting === 1 ? 'fits' : 'fit'}`;
  return fixed.length === 0 ? title : `${title}\n${fixed.join(', ')}`;
}

/** What differs from point to point. */
function varied({ axes }: Sweep): readonly { readonly axis: Axis; readonly i: number }[] {
  return axes.flatMap((axis, i) => (axis.values.length > 1 ? [{ axis, i }] : []));
}

function columnsOf(sweep: Sweep): readonly Column[] {
  return [
    ...varied(sweep).map(({ axis }): Column => ({ title: axis.name, align: isNumeric(axis) ? 'right' : 'left' })),
    { title: '' },
    { title: 'fullest tile', align: 'right' },
    { title: 'of SRAM', align: 'right' },
    { title: 'cycles', align: 'right' },
    { title: 'time', align: 'right' },
    { title: '' },
  ];
}

function isNumeric({ values }: Axis): boolean {
  return values.every(value => /^\d/.test(value));
}

function rowsOf(sweep: Sweep, solved: readonly Solved[], onFront: ReadonlySet<unknown>, paint: Paint) {
  return solved.map(each => {
    const { point, answer } = each;
    const at = varied(sweep).map(({ i }) => point.at[i]);
    const { chip } = point;
    if (answer.kind === 'refused') return [...at, paint.red('refused'), '', '', '', '', answer.message];
    const { peakBytes } = answer;
    const bytes = peakBytes === undefined ? '' : `${grouped(peakBytes)} B`;
    const share = peakBytes === undefined ? '' : percent(peakBytes, chip.sramBytes);
    if (!fits(each)) return [...at, paint.yellow('too large'), bytes, share, '', '', ''];
    const cycles = cyclesOf(each);
    const word = each.answer.recomputed ? 'fits, recomputing' : 'fits';
    const mark = onFront.has(point) ? frontMark : '';
    return [...at, paint.green(word), bytes, share, grouped(cycles), duration(cycles / chip.clockHz), mark];
  });
}

/** More answers than this are no answer: the table has them. */
const mostAnswers = 12;

function answersText(sweep: Sweep, solved: readonly Solved[], paint: Paint): string {
  const lines: string[] = [];
  if (sweep.axes.some(axis => isOfChip(axis) && axis.values.length > 1)) {
    const smallest = smallestChips(sweep, solved);
    if (smallest.length <= mostAnswers)
      for (const each of smallest)
        lines.push(`${paint.bold('smallest chip')}${forWhat(each.at)}: ${smallestText(sweep, each)}`);
  }
  for (const axis of numericAxes(sweep)) {
    const largest = largestValues(sweep, solved, axis);
    if (largest.length > mostAnswers) continue;
    for (const { at, best } of largest) {
      const value = best?.point.at[sweep.axes.indexOf(axis)];
      lines.push(`${paint.bold(`largest ${axis.name}`)}${forWhat(at)}: ${value ?? 'none of these'}`);
    }
  }
  return lines.join('\n');
}

function smallestText(sweep: Sweep, { best, nearest }: Smallest): string {
  if (best)
    return `${chipText(best)}: ${grouped(best.answer.peakBytes)} B on the fullest tile, ${grouped(cyclesOf(best))} cycles`;
  if (!nearest) return 'none of these';
  const settings = varied(sweep).map(({ axis, i }) => `${axis.name} ${nearest.point.at[i]}`);
  return `none of these; nearest is ${settings.join(', ')}, ${grouped(nearest.missingBytes)} B a tile short`;
}

function forWhat(at: Group['at']): string {
  const told = at.filter(({ axis, value }) => axis.values.length > 1 && value !== '');
  return told.length === 0 ? '' : ` for ${told.map(({ axis, value }) => `${axis.name} ${value}`).join(', ')}`;
}

function chipText(solved: Solved): string {
  const { chip } = solved.point;
  return `${chip.name}, ${counted(chip.tiles, 'tile')} of ${formatSize(chip.sramBytes)} (${formatSize(chipBytes(solved))})`;
}
