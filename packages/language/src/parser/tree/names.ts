/** Builds the names of declarations, calls and members. */
import type { CstNode } from 'chevrotain';
import type { Name } from '../../ast.ts';
import { endOf, type Token } from '../../lexer/tokens.ts';
import { tokenOf } from '../cst.ts';
import type { Build } from './build.ts';

/** The name of a `name` node, or an empty one at `end`. Reserved words are reported and kept. */
export function nameOf(build: Build, node: CstNode | undefined, end: number): Name {
  const token = tokenOf(node, 'Word');
  return token === undefined ? { text: '', span: build.problems.span(end, end) } : nameOfToken(build, token);
}

/** The name that a token stands for. A reserved word is reported, with `help`, and kept. */
export function nameOfToken(build: Build, token: Token, help?: string): Name {
  const { problems } = build;
  const span = problems.span(token.startOffset, endOf(token));
  if (!isIdentifier(token)) {
    problems.error('reserved-word', span, `\`${token.image}\` is a reserved word and cannot be a name`, { help });
  }
  return { text: token.image, span };
}

function isIdentifier(token: Token): boolean {
  const { tokenType } = token;
  return tokenType.name === 'Identifier' || (tokenType.CATEGORIES ?? []).some(one => one.name === 'Identifier');
}
