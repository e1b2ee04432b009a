/** What can be folded: bodies, arguments over several lines, runs of comments and of imports. */
import { positionOf, type Source } from '@tessera-dnn/diagnostics';
import { nodesOf } from './nodes.ts';
import type { Document } from './workspace.ts';

/** Lines from 0 on, both inclusive; the last one is still seen where it only closes a bracket. */
export interface Fold {
  readonly first: number;
  readonly last: number;
  readonly kind: 'code' | 'comment' | 'imports';
}

/** The folds of a document in the order of their first lines. */
export function foldsOf({ source, file }: Document): readonly Fold[] {
  const folds: Fold[] = [...commentRuns(source.text)];
  for (const node of nodesOf(file)) {
    if (!('statements' in node) && node.kind !== 'call' && node.kind !== 'record') continue;
    const first = lineOf(source, node.span.start);
    const last = lineOf(source, node.span.end) - 1;
    if (last > first) folds.push({ first, last, kind: 'code' });
  }
  const imports = file.items.filter(({ kind }) => kind === 'import').map(({ span }) => lineOf(source, span.start));
  if (imports.length > 1) folds.push({ first: Math.min(...imports), last: Math.max(...imports), kind: 'imports' });
  return folds.sort((a, b) => a.first - b.first || b.last - a.last);
}

function lineOf(source: Source, offset: number): number {
  return positionOf(source, offset).line - 1;
}

function* commentRuns(text: string): Generator<Fold> {
  const lines = text.split('\n');
  let first: number | undefined;
  for (let at = 0; at <= lines.length; at++) {
    if (/^\s*\/\//.test(lines[at] ?? '')) first ??= at;
    else if (first !== undefined) {
      if (at - first > 1) yield { first, last: at - 1, kind: 'comment' };
      first = undefined;
    }
  }
}
