/** What makes a program fit, as text and as JSON. */
import { formatSize } from '@tessera-dnn/machine';
import type { Repairs } from '../repair/find.ts';
import type { Paint } from '../session.ts';
import type { Answer, Figures, Job } from '../sweep/job.ts';
import { counted, grouped } from './numbers.ts';
import { type Column, tableOf } from './table.ts';

const columns: readonly Column[] = [
  { title: 'change' },
  { title: 'flags' },
  { title: 'fullest tile', align: 'right' },
  { title: 'saved', align: 'right' },
  { title: 'free', align: 'right' },
  { title: 'cycles', align: 'right' },
  { title: 'added', align: 'right' },
];

/** Each change with what it saves on the fullest tile and what it adds in cycles, against the program as it is. */
export function repairsText({ now, repairs }: Repairs, { chip, source }: Job, paint: Paint): string {
  const place = `${chip.name}, ${counted(chip.tiles, 'tile')} of ${formatSize(chip.sramBytes)}`;
  if (now.kind === 'fits')
    return `${paint.bold(source.name)} fits ${place}: ${grouped(now.peakBytes)} B on the fullest tile; there is nothing to repair`;
  if (now.kind === 'refused') return '';
  const needs =
    now.peakBytes === undefined ? '' : `: ${grouped(now.peakBytes - chip.sramBytes)} B short on the fullest tile`;
  const title = `${paint.bold(source.name)} does not fit ${place}${needs}`;
  if (repairs.length === 0) return `${title}\n\nNone of the changes that were tried makes it fit.`;
  const rows = repairs.map(({ change, answer }) => {
    const saved = now.peakBytes === undefined ? '' : `${grouped(now.peakBytes - answer.peakBytes)} B`;
    const before = longest(now);
    const after = longest(answer) ?? 0;
    const added = before === undefined ? '' : signed(after - before, before);
    const free = `${grouped(change.job.chip.sramBytes - answer.peakBytes)} B`;
    return [
      change.what,
      paint.cyan(change.flags.join(' ')),
      `${grouped(answer.peakBytes)} B`,
      saved,
      free,
      grouped(after),
      added,
    ];
  });
  return `${title}\n\nEach of these was planned, and fits:\n\n${tableOf(columns, rows, paint)}`;
}

function signed(difference: number, before: number): string {
  const share = (100 * difference) / before;
  return `${difference > 0 ? '+' : difference < 0 ? '−' : ''}${Math.abs(share).toFixed(1)} %`;
}

/** The cycles of the longest program. */
function longest({ cycles }: Partial<Figures>): number | undefined {
  return cycles && cycles.length > 0 ? Math.max(...cycles.map(each => each.cycles)) : undefined;
}

export interface JsonRepairs {
  readonly source: string;
  readonly now: Answer;
  readonly repairs: readonly {
    readonly what: string;
    readonly flags: readonly string[];
    readonly answer: Answer;
  }[];
}

/** What `tessera memory --repair --json` prints. */
export function repairsJson({ now, repairs }: Repairs, { source }: Job): JsonRepairs {
  return {
    source: source.name,
    now,
    repairs: repairs.map(({ change: { what, flags }, answer }) => ({ what, flags, answer })),
  };
}
