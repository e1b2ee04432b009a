/** The extension for an editor of one `.dnn` text: colours, mistakes, hover and completion, from the service. */
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { LanguageSupport } from '@codemirror/language';
import { type Diagnostic, linter } from '@codemirror/lint';
import type { EditorState, Extension } from '@codemirror/state';
import { type EditorView, hoverTooltip, type Tooltip } from '@codemirror/view';
import { completionsAt, type Document, fixesAt, hoverAt, valueDiagnostics, Workspace } from '@tessera-dnn/service';
import { dnnLanguage } from './mode.ts';

export interface DnnOptions {
  /** The texts that are edited together, so that one may import another (default: this one alone). */
  readonly workspace?: Workspace;
  /** What the text is called there (default `net.dnn`). */
  readonly name?: string;
}

/** Support for one text: mistakes a moment after a key, hover, completion and colours. */
export function dnn({ workspace = new Workspace(), name = 'net.dnn' }: DnnOptions = {}): LanguageSupport {
  const documentOf = (state: EditorState): Document => {
    const text = state.doc.toString();
    const known = workspace.document(name);
    return known?.source.text === text ? known : workspace.update(name, text);
  };
  const support: readonly Extension[] = [
    linter(view => diagnosticsOf(documentOf(view.state)), { delay: 300 }),
    hoverTooltip((view, at) => tooltipAt(documentOf(view.state), at)),
    autocompletion({ override: [context => completionsOf(documentOf(context.state), context)] }),
  ];
  return new LanguageSupport(dnnLanguage, support);
}

/** The diagnostics of the text, with what they suggest as actions. */
export function diagnosticsOf(document: Document): readonly Diagnostic[] {
  const found = valueDiagnostics(document);
  return found.flatMap(diagnostic => {
    const { span, severity, message, help } = diagnostic;
    if (span === undefined || span.source.name !== document.source.name) return [];
    const fixes = fixesAt([diagnostic], span.start, span.end);
    return [
      {
        from: span.start,
        to: span.end,
        severity,
        message: help === undefined ? message : `${message}\n${help}`,
        actions: fixes.map(({ title, edits }) => ({
          name: title,
          apply: (view: EditorView) =>
            view.dispatch({
              changes: edits.map(({ place, text }) => ({ from: place.start, to: place.end, insert: text })),
            }),
        })),
      },
    ];
  });
}

/** What may be written at the place that the context asks about. */
export function completionsOf(
  document: Document,
  { pos, explicit }: Pick<CompletionContext, 'pos' | 'explicit'>,
): CompletionResult | null {
  const { start, items } = completionsAt(document, pos);
  if (!explicit && start === pos && !/[."]$|\|> $/.test(document.source.text.slice(0, pos))) return null;
  const options = items.map(({ label, kind, insert, detail, doc }) => ({
    label,
    type: kind,
    ...(insert !== undefined && { apply: insert }),
    ...(detail !== undefined && { detail }),
    ...(doc !== undefined && doc !== '' && { info: doc }),
  }));
  return { from: start, options, validFor: /^[\w.*]*$/ };
}

/** The hover as text: what is marked as code there stands as it is. */
function tooltipAt(document: Document, at: number): Tooltip | null {
  const hover = hoverAt(document, at);
  if (hover === undefined) return null;
  return {
    pos: hover.place.start,
    end: hover.place.end,
    create: () => {
      const dom = globalThis.document.createElement('div');
      dom.className = 'dnn-hover';
      dom.style.whiteSpace = 'pre-wrap';
      dom.textContent = hover.markdown.replaceAll(/^```\w*\n|```$|`/gm, '');
      return { dom };
    },
  };
}
