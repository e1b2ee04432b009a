/** Several views in one place of the page, of which one is seen. */
import { element } from './dom.ts';

export interface Panel {
  readonly name: string;
  readonly element: HTMLElement;
}

/** Tabs over the panels; arrow keys go from one to the next. The first is seen. */
export function panels(all: readonly Panel[]): HTMLElement {
  const tabs = all.map(({ name }, i) =>
    element('button', { role: 'tab', attributes: { type: 'button' }, on: { click: () => show(i) } }, name),
  );
  const keydown = ({ key }: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    const at = tabs.indexOf(document.activeElement as HTMLButtonElement);
    if (step === undefined || at < 0) return;
    const next = (at + step + all.length) % all.length;
    show(next);
    tabs[next].focus();
  };
  const show = (shown: number) => {
    all.forEach((panel, i) => {
      panel.element.hidden = i !== shown;
      panel.element.setAttribute('role', 'tabpanel');
      panel.element.setAttribute('aria-label', panel.name);
      tabs[i].setAttribute('aria-selected', String(i === shown));
      tabs[i].tabIndex = i === shown ? 0 : -1;
    });
  };
  show(0);
  const list = element('nav', { role: 'tablist', attributes: { 'aria-label': 'Views' }, on: { keydown } }, ...tabs);
  return element('div', { class: 'panels' }, list, ...all.map(panel => panel.element));
}
