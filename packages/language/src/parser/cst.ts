/**
 * Reads Chevrotain's concrete syntax tree, any part of which may be missing after recovery. Tokens that recovery only assumed count as
 * missing.
 */
import type { CstElement, CstNode } from 'chevrotain';
import type { Token } from '../lexer/tokens.ts';

/** The tokens that `node` holds under `name` (of a token type, or a label of the grammar). */
export function tokensOf(node: CstNode | undefined, name: string): readonly Token[] {
  const found = node?.children[name] ?? [];
  return found.filter((one): one is Token => isToken(one) && one.isInsertedInRecovery !== true);
}

/** The first of {@link tokensOf}. */
export function tokenOf(node: CstNode | undefined, name: string): Token | undefined {
  return tokensOf(node, name)[0];
}

/** The nodes that `node` holds under `name` (of a rule, or a label of the grammar). */
export function nodesOf(node: CstNode | undefined, name: string): readonly CstNode[] {
  const found = node?.children[name] ?? [];
  return found.filter((one): one is CstNode => !isToken(one));
}

/** The first of {@link nodesOf}. */
export function nodeOf(node: CstNode | undefined, name: string): CstNode | undefined {
  return nodesOf(node, name)[0];
}

/** The token in `node` that comes first in the text. */
export function firstToken(node: CstNode | undefined): Token | undefined {
  let first: Token | undefined;
  const pending = node === undefined ? [] : [node];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    for (const child of Object.values(one.children).flat()) {
      if ('children' in child) pending.push(child);
      else if (first === undefined || child.startOffset < first.startOffset) first = child;
    }
  }
  return first;
}

function isToken(element: CstElement): element is Token {
  return 'tokenType' in element;
}
