/** The page around the views: what is shown of which program, whether it fits, light and dark. */
import { element } from './dom.ts';
import { exportMenu } from './exports.ts';
import { floorPlan } from './floor-plan.ts';
import { inspector } from './inspector.ts';
import { memoryMap } from './memory-map.ts';
import { type Panel, panels } from './panels.ts';
import type { Choice, State } from './state.ts';
import { bytesText, grouped } from './text.ts';
import { timeline } from './timeline.ts';

export interface ShellParts {
  /** What stands on the left: the source. */
  readonly source: HTMLElement;
  /** More for the bar on top. */
  readonly tools?: readonly HTMLElement[];
  /** More views, in the place of the tiles. */
  readonly views?: readonly Panel[];
}

/** Fills the page. */
export function shell(state: State, { source, tools = [], views = [] }: ShellParts): void {
  const tiles = floorPlan(state);
  const floor = views.length === 0 ? tiles : panels([{ name: 'Tiles', element: tiles }, ...views]);
  document.body.replaceChildren(
    bar(state, tools),
    element('main', {}, source, memoryMap(state), timeline(state), floor, inspector(state)),
  );
}

function bar(state: State, tools: readonly HTMLElement[]): HTMLElement {
  const title = element('h1');
  const chip = element('span', { class: 'note' });
  const fit = element('span', { class: 'fit', role: 'status' });
  const programs = element('select', {
    attributes: { 'aria-label': 'Program' },
    on: { change: () => state.change({ program: programs.selectedIndex }) },
  });
  state.listen(['explored', 'program'], choice => {
    const { memory, programs: all, fits } = choice.explored;
    document.title = `${memory.source} on ${memory.chip.name}`;
    title.textContent = memory.source.split('/').at(-1) ?? memory.source;
    title.title = memory.source;
    chip.textContent = chipText(choice);
    const options = all.map(({ name, kind }) =>
      element('option', {}, `${kind === 'prepare' ? '' : `${kind} `}${name}`),
    );
    if (options.length !== programs.length || options.some(({ text }, i) => text !== programs.options[i].text))
      programs.replaceChildren(...options);
    programs.selectedIndex = choice.program;
    const lacks = memory.peakBytes - memory.chip.sramBytes;
    fit.textContent = fits
      ? `fits: ${grouped(memory.peakBytes)} B on tile ${memory.peak.tile}`
      : lacks > 0
        ? `does not fit: ${grouped(lacks)} B too few on tile ${memory.peak.tile}`
        : 'does not fit';
    fit.dataset['fits'] = String(fits);
  });
  return element(
    'header',
    { class: 'top' },
    title,
    programs,
    fit,
    chip,
    element('span', { class: 'space' }),
    ...tools,
    exportMenu(state),
    themeButton(),
  );
}

function chipText({ explored: { memory } }: Choice): string {
  const { name, tiles, sramBytes } = memory.chip;
  return `${name}, ${grouped(tiles)} ${tiles === 1 ? 'tile' : 'tiles'} of ${bytesText(sramBytes)}`;
}

/** Goes through: as the system has it, light, dark. */
function themeButton(): HTMLElement {
  const themes = ['', 'light', 'dark'];
  const texts = ['◐', '☀', '☾'];
  let at = 0;
  const click = () => {
    at = (at + 1) % themes.length;
    document.documentElement.dataset['theme'] = themes[at];
    button.textContent = texts[at];
    document.dispatchEvent(new Event('tessera-theme'));
  };
  const button = element(
    'button',
    {
      class: 'theme',
      title: 'light or dark',
      attributes: { type: 'button', 'aria-label': 'Light or dark' },
      on: { click },
    },
    texts[0],
  );
  return button;
}
