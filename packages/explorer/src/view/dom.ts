/** Elements, without a library: what the pages show is drawn on canvases, and little stands beside them. */

type Child = Node | string | undefined;

interface Properties {
  readonly class?: string;
  readonly title?: string;
  readonly role?: string;
  /** Attributes whose names are not those of properties: `aria-label`, `data-…`. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly on?: { readonly [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void };
}

/** A new element with these children. */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  { class: name, title, role, attributes = {}, on = {} }: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  if (name !== undefined) made.className = name;
  if (title !== undefined) made.title = title;
  if (role !== undefined) made.setAttribute('role', role);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener as EventListener);
  made.append(...children.filter(child => child !== undefined));
  return made;
}

/** A button that looks like a link in a text. */
export function link(text: string, click: () => void, title?: string): HTMLButtonElement {
  return element('button', { class: 'link', title, attributes: { type: 'button' }, on: { click } }, text);
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly text: string;
  readonly title?: string;
}

/** Buttons of which one is pressed. */
export interface Chooser<T extends string> {
  readonly element: HTMLElement;
  readonly show: (value: T) => void;
}

/** A group of buttons, of which `choose` hears. */
export function chooser<T extends string>(
  label: string,
  choices: readonly Choice<T>[],
  choose: (value: T) => void,
): Chooser<T> {
  const buttons = choices.map(({ value, text, title }) =>
    element('button', { title, attributes: { type: 'button' }, on: { click: () => choose(value) } }, text),
  );
  return {
    element: element('div', { class: 'chooser', role: 'group', attributes: { 'aria-label': label } }, ...buttons),
    show: value => {
      choices.forEach((choice, i) => {
        buttons[i].setAttribute('aria-pressed', String(choice.value === value));
      });
    },
  };
}
