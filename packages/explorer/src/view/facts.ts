/** Pieces of the details: titles, facts in two columns, and lists that end somewhere. */
import { element, link } from './dom.ts';
import type { Choice } from './state.ts';
import { siteText } from './text.ts';

export type Change = (what: Partial<Choice>) => void;

/** A title with a mark of its kind, and a button that goes back to the tile. */
export function heading(text: string, kind: string, back?: () => void): HTMLElement {
  const close =
    back &&
    element(
      'button',
      { class: 'close', attributes: { type: 'button', 'aria-label': 'close' }, on: { click: back } },
      '×',
    );
  return element(
    'header',
    {},
    element('h2', {}, text),
    element('span', { class: 'tag', attributes: { 'data-kind': kind } }, kind),
    close,
  );
}

/** Names and values. Those that are empty are left out. */
export function facts(pairs: readonly (readonly [string, string | HTMLElement])[]): HTMLElement {
  const rows = pairs.filter(([, value]) => value !== '');
  return element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

/** A list under a title; behind the first ones, how many more there are. */
export function list(title: string, items: readonly HTMLElement[], most = 12): HTMLElement | undefined {
  if (items.length === 0) return undefined;
  const rest = items.length - most;
  const more = rest > 0 ? [element('li', { class: 'note' }, `and ${rest} more`)] : [];
  const shown = items.slice(0, most).map(item => element('li', {}, item));
  return element('div', {}, element('h3', {}, title), element('ul', {}, ...shown, ...more));
}

/** A line of the source that can be chosen; empty where there is none. */
export function siteLink({ explored }: Choice, site: number, change: Change): HTMLElement | string {
  const text = siteText(explored, site);
  return text === '' ? '' : link(text, () => change({ site, buffer: -1, phase: -1 }), 'all of this line');
}

/** A row of several pieces. */
export function row(...pieces: readonly (HTMLElement | string)[]): HTMLElement {
  return element('span', {}, ...pieces.flatMap((piece, i) => (i === 0 || piece === '' ? [piece] : [' ', piece])));
}
