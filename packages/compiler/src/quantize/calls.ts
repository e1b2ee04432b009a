/** Writes calls of the language into a text: behind a value, and as the first statements of a body. */
import type { Source } from '@tessera-dnn/diagnostics';
import type { ast } from '@tessera-dnn/language';
import { type Edit, insertion } from './edit.ts';
import type { Site } from './sites.ts';

/** An edit of one of the texts. */
export interface PlacedEdit {
  readonly source: Source;
  readonly edit: Edit;
  /** Of several at one place, the smaller one comes first: what surrounds more opens before and closes behind the rest. */
  readonly order: number;
}

/** `|> callee(…)` behind a value that stands alone, `callee(value, …)` for any other. */
export function callBehind(
  site: Pick<Site, 'node' | 'parent'>,
  callee: string,
  further: readonly string[],
): readonly PlacedEdit[] {
  const { source, start, end } = site.node.span;
  const order = end - start;
  if (isStage(site)) {
    const call = further.length === 0 ? callee : `${callee}(${further.join(', ')})`;
    return [{ source, edit: insertion(end, `${gapBehind(site)}|> ${call}`), order }];
  }
  return [
    { source, edit: insertion(start, `${callee}(`), order: -order },
    { source, edit: insertion(end, `${further.map(argument => `, ${argument}`).join('')})`), order },
  ];
}

/** Statements before all others of a body, a line each. */
export function atStart({ span: { source, start } }: ast.Body, statements: string): PlacedEdit {
  const opensLine = /^[ \t]*\n/.test(source.text.slice(start + 1));
  const text = opensLine ? `\n${statements}` : ` ${statements}\n`;
  return { source, edit: insertion(start + 1, text), order: Number.NEGATIVE_INFINITY };
}

/** Where a pipe begins with its value alone on a line, the next stage gets one too. */
function gapBehind({ node, parent }: Pick<Site, 'node' | 'parent'>): string {
  const rest = node.span.source.text.slice(node.span.end);
  return node.kind === 'reference' && parent.kind === 'pipe' && /^[ \t]*\n/.test(rest) ? '\n' : ' ';
}

const wholeValues: readonly string[] = ['expression', 'let', 'var', 'assign', 'update', 'return', 'record'];

/** Whether a stage of a pipe can follow: the expression is one itself, begins a pipe, or is a whole value. */
function isStage({ node, parent }: Pick<Site, 'node' | 'parent'>): boolean {
  if (node.kind === 'pipe') return true;
  if (node.kind !== 'call' && node.kind !== 'reference') return false;
  return parent.kind === 'pipe' || wholeValues.includes(parent.kind);
}
