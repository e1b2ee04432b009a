/** The names that bodies declare before a place. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { ast } from '@tessera-dnn/language';
import { pathAt, touches } from './nodes.ts';

export interface Local {
  readonly name: string;
  readonly place: Span;
  /** `let`, `param`, `parameter`, `input`, `dimension`, `loop` and the like. */
  readonly kind: string;
}

/** What can be named at an offset besides items and functions: the innermost declaration of each name, the last first. */
export function localsAt(file: ast.File, offset: number): readonly Local[] {
  const found: Local[] = [];
  const add = (kind: string, { text, span }: ast.Name) => {
    if (text !== '') found.unshift({ kind, name: text, place: span });
  };
  for (const node of pathAt(file, offset)) {
    if (node.kind === 'block' || node.kind === 'optimizer')
      for (const { name } of node.parameters) add('parameter', name);
    if (node.kind === 'model' || node.kind === 'train') {
      for (const { name } of node.dimensions) add('dimension', name);
      for (const { name } of node.inputs) add('input', name);
    }
    if (node.kind === 'for' && touches(node.body.span, offset)) add('loop', node.variable);
    if ('statements' in node) {
      for (const statement of node.statements ?? []) declare(statement, offset, add);
    }
  }
  return [...new Map(found.toReversed().map(local => [local.name, local])).values()].toReversed();
}

function declare(statement: ast.Statement, offset: number, add: (kind: string, name: ast.Name) => void): void {
  if (statement.span.end >= offset) return;
  if (statement.kind === 'param' || statement.kind === 'state') add(statement.kind, statement.name);
  if (statement.kind === 'let' || statement.kind === 'var') {
    for (const name of [statement.name, ...statement.others]) add(statement.kind, name);
  }
}
