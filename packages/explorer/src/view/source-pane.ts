/** The program's text, with what each line takes of the tile that is looked at. */

import { none } from '../data/explored.ts';
import { bytesBySite, siteAt } from '../data/lines.ts';
import { element } from './dom.ts';
import { type Choice, programOf, type State } from './state.ts';
import { bytesText, grouped, percent } from './text.ts';

/** Bytes of the lines of one file. */
export interface LineUse {
  /** From 1 on. */
  readonly line: number;
  readonly bytes: number;
  /** Of the line that takes most. */
  readonly share: number;
  readonly text: string;
}

/** What the lines of a file take of the tile, at the fullest moment of the program. */
export function lineUses(choice: Choice, file: number): readonly LineUse[] {
  const { explored, tile } = choice;
  const bytes = bytesBySite(explored, programOf(choice), tile);
  const most = bytes.reduce((a, b) => Math.max(a, b), 1);
  const { usedBytes } = explored.memory.tiles[tile];
  return explored.sites.flatMap((site, i) =>
    site.file !== file || bytes[i] === 0
      ? []
      : [
          {
            line: site.line,
            bytes: bytes[i],
            share: bytes[i] / most,
            text: `${grouped(bytes[i])} B, ${percent(bytes[i], usedBytes)} of what tile ${tile} uses`,
          },
        ],
  );
}

/** The card with the text, for a page in which it cannot be changed. A click on a line looks at all that comes from it. */
export function sourcePane(state: State): HTMLElement {
  const tabs = element('nav', { role: 'tablist' });
  const lines = element('ol', { class: 'source', attributes: { tabindex: '0', 'aria-label': 'Source' } });
  let file = 0;
  let shown: Choice | undefined;

  state.listen(['explored', 'program', 'tile', 'site'], choice => {
    const { site, explored } = choice;
    const isOther = shown?.explored !== explored || shown.program !== choice.program || shown.tile !== choice.tile;
    const chosen = site === none ? undefined : explored.sites[site];
    const isElsewhere = chosen !== undefined && chosen.file !== file && shown?.site !== site;
    if (isElsewhere) file = chosen.file;
    if (isOther || isElsewhere) fill(choice);
    if (shown?.site !== site || isOther) mark(choice);
    shown = choice;
  });

  function fill(choice: Choice): void {
    const { files } = choice.explored;
    tabs.replaceChildren(
      ...files.map(({ name }, i) => {
        const open = () => {
          file = i;
          fill(state.choice);
          mark(state.choice);
        };
        const attributes = { type: 'button', 'aria-selected': String(i === file) };
        return element(
          'button',
          { role: 'tab', title: name, attributes, on: { click: open } },
          name.split('/').at(-1) ?? name,
        );
      }),
    );
    const uses = new Map(lineUses(choice, file).map(use => [use.line, use]));
    lines.replaceChildren(
      ...files[file].text
        .replace(/\n$/, '')
        .split('\n')
        .map((text, i) => lineElement(text, uses.get(i + 1), i + 1)),
    );
  }

  function lineElement(text: string, use: LineUse | undefined, line: number): HTMLElement {
    const look = () => {
      const site = siteAt(state.choice.explored, file, line);
      const isOnlyThis = site === state.choice.site && state.choice.buffer === none;
      state.change({ site: isOnlyThis ? none : site, buffer: none, phase: none });
    };
    const bar = element('i', { attributes: { style: `width:${(100 * (use?.share ?? 0)).toFixed(1)}%` } });
    const bytes = element('b', {}, use ? bytesText(use.bytes) : '');
    return element(
      'li',
      { title: use?.text, on: { click: look } },
      element('span', { class: 'use' }, bar, bytes),
      element('code', {}, text === '' ? ' ' : text),
    );
  }

  function mark({ explored, site }: Choice): void {
    const chosen = site === none ? undefined : explored.sites[site];
    [...lines.children].forEach((item, i) => {
      const isChosen = chosen?.file === file && chosen.line === i + 1;
      item.classList.toggle('chosen', isChosen);
      if (isChosen) item.scrollIntoView({ block: 'nearest' });
    });
  }

  return element('section', { class: 'card code' }, tabs, lines);
}
