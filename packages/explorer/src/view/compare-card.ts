/** Two plans side by side: one that was kept, of this text or of another file, and the one that is shown; what differs by tensor and phase. */

import type { Explored } from '../data/explored.ts';
import { none } from '../data/explored.ts';
import { type Change, type Difference, difference } from '../diff/diff.ts';
import type { Answer } from '../live/answer.ts';
import { element, link } from './dom.ts';
import { rowTexts } from './inspect-tile.ts';
import type { State } from './state.ts';
import { grouped } from './text.ts';

export interface CompareCardUse {
  readonly state: State;
  /** Plans another text with the settings as they are now. */
  readonly plan: (source: { readonly name: string; readonly text: string }) => Promise<Answer>;
  /** What is planned now, in words: `lenet.dnn --chip tiny`. */
  readonly name: () => string;
  /** Whether the plan that is shown is that of the text and the settings. */
  readonly isFresh: () => boolean;
}

/** So many tensors and phases are listed. */
const mostListed = 40;

/** The card. What was kept stays until something else is. */
export function compareCard({ state, plan, name, isFresh }: CompareCardUse): HTMLElement {
  let kept: { readonly explored: Explored; readonly name: string } | undefined;
  /** A file that was chosen later than another one is the one that counts. */
  let chosen = 0;
  const note = element('p', { class: 'note', role: 'status' }, 'Keep a plan, then change text or settings.');
  const body = element('div', { class: 'details compare' });
  const keep = element(
    'button',
    {
      class: 'primary',
      title: 'what comes later is compared with the plan that is shown now',
      attributes: { type: 'button' },
      on: {
        click: () => {
          if (!isFresh()) return say('There is no plan of this text yet.');
          chosen++;
          kept = { explored: state.choice.explored, name: name() };
          show();
        },
      },
    },
    'Keep this plan',
  );
  const file = element('input', {
    attributes: { type: 'file', accept: '.dnn', 'aria-label': 'Compare with another file' },
    on: { change: () => void planFile() },
  });
  const say = (text: string) => {
    note.textContent = text;
  };

  async function planFile(): Promise<void> {
    const [given] = file.files ?? [];
    if (!given) return;
    const mine = ++chosen;
    say(`planning ${given.name} …`);
    const { explored, diagnostics, broken } = await plan({ name: given.name, text: await given.text() });
    if (mine !== chosen) return;
    if (!explored) return say(broken ?? diagnostics.map(({ message }) => message).join('; '));
    kept = { explored, name: `${given.name}, with the settings of then` };
    show();
  }

  function show(): void {
    if (!kept) return;
    const { explored } = state.choice;
    say(`before: ${kept.name}; after: what is shown`);
    body.replaceChildren(...sectionsOf(difference(kept.explored, explored), choose));
  }

  /** Looks at the tensor of that name. */
  function choose(tensor: string, kind: string): void {
    const { buffers } = state.choice.explored;
    const found = buffers.names.findIndex((each, i) => each === tensor && buffers.kinds[i] === kind);
    if (found < 0) return;
    const buffer = buffers.roots[found];
    state.change({ buffer, site: buffers.sites[buffer], phase: none });
  }

  state.listen(['explored'], show);
  return element(
    'section',
    { class: 'card' },
    element('header', {}, keep, element('label', { class: 'note' }, 'or with ', file), note),
    body,
  );
}

function sectionsOf(
  { fits, tile, tensors, programs }: Difference,
  choose: (name: string, kind: string) => void,
): readonly HTMLElement[] {
  const differs = ({ before, after }: Change) => before !== after;
  const fit = (does: boolean) => (does ? 'fits' : 'does not fit');
  const sections = [
    table(
      'Bytes of the fullest tile',
      tile.filter(differs).map(change => row(rowTexts.get(change.name) ?? change.name, change)),
    ),
    ...programs.map(({ program, cycles, phases, moved }) =>
      table(
        `Program ${program}`,
        (
          [
            ['cycles', cycles],
            ['phases', phases],
            ['bytes moved', moved],
          ] as const
        )
          .filter(([, change]) => differs(change))
          .map(([text, change]) => row(text, change)),
      ),
    ),
    table(
      'Tensors: bytes on the tile that holds most of them',
      tensors.map(change =>
        row(
          change.after === undefined ? change.name : link(change.name, () => choose(change.name, change.kind)),
          change,
        ),
      ),
    ),
    ...programs.map(({ program, byPhase }) =>
      table(
        `Cycles of ${program}, by phase`,
        byPhase.map(change => row(change.name, change)),
      ),
    ),
  ].filter(section => section !== undefined);
  const told = element('p', {}, `Before it ${fit(fits.before)}, now it ${fit(fits.after)}.`);
  return [told, ...(sections.length === 0 ? [element('p', { class: 'note' }, 'There is no difference.')] : sections)];
}

function table(title: string, rows: readonly HTMLElement[]): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const heads = ['', 'before', 'after', 'difference'].map(text =>
    element('th', { attributes: { scope: 'col' } }, text),
  );
  const rest = rows.length - mostListed;
  return element(
    'div',
    {},
    element('h3', {}, title),
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...heads)),
      element('tbody', {}, ...rows.slice(0, mostListed)),
    ),
    rest > 0
      ? element('p', { class: 'note' }, `and ${grouped(rest)} more: \`tessera diff --all\` lists all`)
      : undefined,
  );
}

function row(name: string | HTMLElement, { before, after }: Change): HTMLElement {
  const number = (value: number | undefined) => (value === undefined ? 'none' : grouped(value));
  const change = (after ?? 0) - (before ?? 0);
  const sign = change > 0 ? '+' : '−';
  const share = before && after ? ` (${sign}${((100 * Math.abs(change)) / before).toFixed(1)} %)` : '';
  const text = `${sign}${grouped(Math.abs(change))}${share}`;
  return element(
    'tr',
    {},
    element('th', { attributes: { scope: 'row' } }, name),
    element('td', {}, number(before)),
    element('td', {}, number(after)),
    // What is free is the rest of what is used.
    element('td', { attributes: { 'data-change': change < 0 === (name !== 'free') ? 'less' : 'more' } }, text),
  );
}
