/** `tessera why` as text: a summary, then what does not share memory (the largest first), then what does. */
import { type Plan, relationOf, roundsTaken, type Sharing, variantChoices } from '@tessera-dnn/compiler';
import type { Paint } from '../session.ts';
import { namedOrBelow } from './named.ts';
import { counted, grouped } from './numbers.ts';
import { tableOf } from './table.ts';
import { type BufferId, type Candidate, concerning } from './why-candidates.ts';
import { roundsLine, roundsText } from './why-rounds.ts';
import { algorithmsLine, variantsText } from './why-variants.ts';

/** The most rows of a table without `--all`. */
const shown = 10;

/** How much is shown, and of which operation. */
export interface Shown {
  readonly paint: Paint;
  readonly all?: boolean;
  /** The name by which the first list of buffers was asked for. */
  readonly name?: string;
}

/**
 * The text for the buffers that were asked about: no list is all candidates, one list all about those, two lists each pair of them. With one, it says
 * in how many rounds the operations of this name work, and which variants of kernels they took.
 */
export function whyText(
  plan: Plan,
  candidates: readonly Candidate[],
  [first, second]: readonly (readonly BufferId[])[],
  { paint, all = false, name }: Shown,
): string {
  if (second) return `${pairLines(plan, candidates, [first, second], paint, all).join('\n')}\n`;
  const about = concerning(candidates, first);
  const variants =
    name === undefined ? algorithmsLine(plan) : variantsText(namedOrBelow(variantChoices(plan.decisions), name), paint);
  const rounds =
    name === undefined ? roundsLine(plan) : roundsText(namedOrBelow(roundsTaken(plan.decisions), name), paint);
  const most = all || first ? about.length : shown;
  // That variables and constants stay in memory is no news, so they are listed on request only.
  const apart = about.filter(
    ({ how, reason }) => how === 'apart' && (all || first || reason !== 'the operand has to stay in memory'),
  );
  const shared = about.filter(({ how }) => how !== 'apart');
  const parts = [
    about.length === 0 ? 'No other tensor could share its memory.' : heading(plan, about, paint),
    rounds,
    variants,
    tableOfSome(`${paint.bold('Memory of their own')}, the largest first`, apart, most, paint),
    tableOfSome(paint.bold('Shared memory'), shared, most, paint),
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function heading({ source, chip }: Plan, candidates: readonly Candidate[], paint: Paint): string {
  const count = (how: Sharing['how']) => candidates.filter(candidate => candidate.how === how).length;
  const parts = [
    `${counted(count('over'), 'result')} stored over an operand`,
    `${grouped(count('behind'))} partly over one`,
    `${counted(count('update'), 'variable')} updated in place`,
    counted(count('view'), 'view'),
    `${grouped(count('apart'))} with memory of their own`,
  ];
  return `${paint.bold(source.name)} on ${paint.bold(chip.name)}: ${parts.join(', ')}`;
}

const columns = [
  { title: 'bytes', align: 'right' },
  { title: 'result' },
  { title: '' },
  { title: 'operand' },
  { title: 'because' },
  { title: 'line', align: 'right' },
] as const;

const words: Readonly<Record<Sharing['how'], string>> = {
  over: 'over',
  behind: 'partly over',
  update: 'over',
  view: 'view of',
  apart: 'not over',
};

function tableOfSome(title: string, candidates: readonly Candidate[], most: number, paint: Paint): string {
  if (candidates.length === 0) return '';
  const rows = candidates
    .slice(0, most)
    .map(({ bytes, result, how, operandName, reason, line = '' }) => [
      grouped(bytes),
      result,
      paint.dim(words[how]),
      operandName,
      reason,
      paint.dim(`${line}`),
    ]);
  const more = candidates.length - rows.length;
  const rest = more > 0 ? `\n  ${paint.dim(`and ${grouped(more)} more: --all`)}` : '';
  return `${title}\n\n${tableOf(columns, rows, paint)}${rest}`;
}

function pairLines(
  { tiles, placement }: Plan,
  candidates: readonly Candidate[],
  [first, second]: readonly [readonly BufferId[], readonly BufferId[]],
  paint: Paint,
  all: boolean,
): readonly string[] {
  const pairs = first.flatMap(a => second.map(b => [a, b] as const));
  // Several tensors can have the same name, in several programs or in one layer. A line about each pair would often repeat the one before,
  // so equal lines are printed once.
  const lines = new Set<string>();
  let seen = 0;
  for (const [a, b] of pairs) {
    if (lines.size === shown && !all) break;
    const { sharedBytes, reason } = relationOf(tiles, placement, candidates, a, b);
    const [left, right] = [a, b].map(buffer => paint.bold(tiles.buffers[buffer].name));
    const what = sharedBytes > 0 ? `share ${grouped(sharedBytes)} B` : 'share nothing';
    lines.add(`${left} and ${right} ${what}: ${reason}`);
    seen++;
  }
  const more = pairs.length - seen;
  return more > 0 ? [...lines, paint.dim(`and ${counted(more, 'more pair')}: --all`)] : [...lines];
}
