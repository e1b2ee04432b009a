/** The program's text to write in, with what each line takes of the tile that is looked at. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutter,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { dnn } from '@tessera-dnn/codemirror';
import { Workspace } from '@tessera-dnn/service';
import { none } from '../data/explored.ts';
import { siteAt } from '../data/lines.ts';
import type { ImportedText } from '../live/answer.ts';
import { element } from './dom.ts';
import { type LineUse, lineUses } from './source-pane.ts';
import type { Choice, State } from './state.ts';
import { bytesText } from './text.ts';

export interface Editor {
  readonly element: HTMLElement;
  readonly text: () => string;
  readonly replace: (text: string) => void;
  /** The files that the text imports have changed, or are others. */
  readonly importing: (files: readonly ImportedText[]) => void;
  /** Shows what the lines take, and which line is chosen, from now on. */
  readonly follow: (state: State) => void;
}

const setUses = StateEffect.define<readonly LineUse[]>();
const setChosen = StateEffect.define<number | undefined>();

class UseMarker extends GutterMarker {
  readonly #use: LineUse;

  constructor(use: LineUse) {
    super();
    this.#use = use;
  }

  override toDOM(): Node {
    const bar = element('i', { attributes: { style: `width:${(100 * this.#use.share).toFixed(1)}%` } });
    return element('span', { class: 'use', title: this.#use.text }, bar, element('b', {}, bytesText(this.#use.bytes)));
  }
}

/** Uses by line, as of the last plan: while one types they stay at their lines' numbers until the next. */
const uses = StateField.define<ReadonlyMap<number, LineUse>>({
  create: () => new Map(),
  update: (known, { effects }) => {
    const set = effects.find(effect => effect.is(setUses));
    return set === undefined ? known : new Map(set.value.map(use => [use.line, use]));
  },
});

const chosen = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (known, { effects, changes, state }) => {
    const set = effects.find(effect => effect.is(setChosen));
    if (set === undefined) return known.map(changes);
    const line = set.value;
    if (line === undefined || line > state.doc.lines) return Decoration.none;
    return Decoration.set([Decoration.line({ class: 'chosen' }).range(state.doc.line(line).from)]);
  },
  provide: field => EditorView.decorations.from(field),
});

/** The card with the editor. `change` hears of every change of the text. */
export function editor(name: string, text: string, files: readonly ImportedText[], change: () => void): Editor {
  let texts = textsOf(files);
  const workspace = new Workspace({ read: file => texts.get(file) });
  let state: State | undefined;
  const view = new EditorView({
    doc: text,
    extensions: [
      useGutter(line => look(line)),
      lineNumbers(),
      history(),
      highlightActiveLine(),
      colours,
      uses,
      chosen,
      keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
      dnn({ workspace, name }),
      EditorView.contentAttributes.of({ 'aria-label': 'Source' }),
      EditorView.updateListener.of(({ docChanged }) => {
        if (docChanged) change();
      }),
    ],
  });

  function look(line: number): void {
    if (!state) return;
    const site = siteAt(state.choice.explored, 0, line);
    const isOnlyThis = site === state.choice.site && state.choice.buffer === none;
    state.change({ site: isOnlyThis ? none : site, buffer: none, phase: none });
  }

  const show = (choice: Choice, isOther: boolean) => {
    const { explored, site } = choice;
    const { file, line } = site === none ? { file: none, line: 0 } : explored.sites[site];
    const effects: StateEffect<unknown>[] = [setChosen.of(file === 0 ? line : undefined)];
    if (isOther) effects.push(setUses.of(lineUses(choice, 0)));
    if (file === 0 && line <= view.state.doc.lines)
      effects.push(EditorView.scrollIntoView(view.state.doc.line(line).from));
    view.dispatch({ effects });
  };

  return {
    element: element(
      'section',
      { class: 'card code' },
      element('nav', {}, element('span', {}, name.split('/').at(-1) ?? name)),
      view.dom,
    ),
    text: () => view.state.doc.toString(),
    replace: next => {
      if (next !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    importing: next => {
      texts = textsOf(next);
      workspace.refresh();
    },
    follow: followed => {
      state = followed;
      let shown: Choice | undefined;
      followed.listen(['explored', 'program', 'tile', 'site'], choice => {
        const keys = ['explored', 'program', 'tile'] as const;
        const isOther = keys.some(key => shown?.[key] !== choice[key]);
        if (isOther || shown?.site !== choice.site) show(choice, isOther);
        shown = choice;
      });
    },
  };
}

function textsOf(files: readonly ImportedText[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ found }) => [found.name, found.text]));
}

/** What lines take, left of their numbers. A click looks at all that comes from a line. */
function useGutter(look: (line: number) => void): Extension {
  return gutter({
    class: 'uses',
    lineMarker: (view, block) => {
      const use = view.state.field(uses).get(view.state.doc.lineAt(block.from).number);
      return use ? new UseMarker(use) : null;
    },
    lineMarkerChange: ({ startState, state }) => startState.field(uses) !== state.field(uses),
    initialSpacer: () => new UseMarker({ line: 0, bytes: 0, share: 0, text: '' }),
    domEventHandlers: {
      mousedown: (view, block) => {
        look(view.state.doc.lineAt(block.from).number);
        return true;
      },
    },
  });
}

/** The usual colours are for light pages; in the dark, lighter ones. */
const dark = HighlightStyle.define(
  defaultHighlightStyle.specs.map(spec => ({
    ...spec,
    ...(spec['color'] && { color: `color-mix(in oklab, ${spec['color']} 45%, var(--text))` }),
  })),
);
const colours: Extension = syntaxHighlighting(dark);
