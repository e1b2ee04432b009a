/** A menu that saves what is looked at as a file. */
import { chromeTrace } from '../export/chrome-trace.ts';
import { memorySvg } from '../export/memory-svg.ts';
import { drawnTile, tileCsv, tileJson } from '../export/tile-files.ts';
import { element } from './dom.ts';
import { type Choice, programOf, type State } from './state.ts';

interface Export {
  readonly text: string;
  readonly ending: string;
  readonly type: string;
  readonly content: (choice: Choice) => string;
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const exports: readonly Export[] = [
  {
    text: 'trace for Perfetto',
    ending: 'trace.json',
    type: 'application/json',
    content: choice => JSON.stringify(chromeTrace(choice.explored, programOf(choice), choice.tile)),
  },
  {
    text: 'tile over time, JSON',
    ending: 'tile.json',
    type: 'application/json',
    content: choice => json(tileJson(choice.explored, programOf(choice), choice.tile)),
  },
  {
    text: 'memory report, JSON',
    ending: 'memory.json',
    type: 'application/json',
    content: ({ explored }) => json(explored.memory),
  },
  {
    text: 'picture of the tile, SVG',
    ending: 'svg',
    type: 'image/svg+xml',
    content: choice =>
      memorySvg(drawnTile(choice.explored, programOf(choice), choice.tile), choice.explored.memory.source),
  },
  {
    text: 'buffers for tessera-allocate, CSV',
    ending: 'csv',
    type: 'text/csv',
    content: choice => tileCsv(choice.explored, programOf(choice), choice.tile),
  },
];

/** The menu, for the bar on top. */
export function exportMenu(state: State): HTMLElement {
  const menu = element(
    'select',
    { attributes: { 'aria-label': 'Save as' }, on: { change: () => save() } },
    element('option', { attributes: { value: '' } }, 'save as …'),
    ...exports.map(({ text }) => element('option', {}, text)),
  );
  function save(): void {
    const { content, type, ending } = exports[menu.selectedIndex - 1];
    menu.selectedIndex = 0;
    const { explored, tile } = state.choice;
    const stem =
      explored.memory.source
        .split('/')
        .at(-1)
        ?.replace(/\.\w+$/, '') ?? 'net';
    const href = URL.createObjectURL(new Blob([content(state.choice)], { type }));
    const download = `${stem}.${programOf(state.choice).name}.${tile}.${ending}`;
    Object.assign(document.createElement('a'), { href, download }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  }
  return menu;
}
