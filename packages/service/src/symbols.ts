/** What a file declares, as a tree. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { ast } from '@tessera-dnn/language';
import { nodesOf } from './nodes.ts';
import { textOf } from './signatures.ts';
import type { Document } from './workspace.ts';

export interface DocumentSymbol {
  readonly name: string;
  readonly kind: 'const' | 'block' | 'model' | 'train' | 'optimizer' | 'param' | 'state' | 'label';
  readonly detail: string;
  readonly span: Span;
  /** The name itself. */
  readonly place: Span;
  readonly children: readonly DocumentSymbol[];
}

/** The items of the document in their order; below each its params, states and labelled calls. */
export function symbolsOf({ file }: Document): readonly DocumentSymbol[] {
  return file.items.flatMap((item): readonly DocumentSymbol[] => {
    if (item.kind === 'import' || item.kind === 'precision' || item.name.text === '') return [];
    const { kind, name, span } = item;
    const children = 'body' in item ? inside(item.body) : [];
    return [{ name: name.text, kind, detail: detailOf(item), span, place: name.span, children }];
  });
}

function detailOf(item: Exclude<ast.Item, ast.Import | ast.Precision>): string {
  if (item.kind === 'const') return textOf(item.value.span);
  const taken = 'parameters' in item ? item.parameters : item.inputs;
  return `(${taken.map(({ span }) => textOf(span)).join(', ')})`;
}

function inside(body: ast.Body): readonly DocumentSymbol[] {
  const found: DocumentSymbol[] = [];
  for (const node of nodesOf(body)) {
    if (node.kind === 'param' || node.kind === 'state') {
      const { kind, name, type, span } = node;
      if (name.text !== '')
        found.push({ name: name.text, kind, detail: textOf(type.span), span, place: name.span, children: [] });
    }
    if (node.kind === 'call' && node.label !== undefined) {
      const { label, callee, span } = node;
      const name = textOf(label.value.span).replaceAll('"', '');
      if (name !== '') found.push({ name, kind: 'label', detail: callee.text, span, place: label.span, children: [] });
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}
