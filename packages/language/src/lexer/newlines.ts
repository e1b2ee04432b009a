/**
 * Decides which line breaks end something. One inside `( )`, `[ ]` or a record never does; for the others the tokens before and after
 * decide.
 */
import type { TokenType } from 'chevrotain';
import type { Problems } from '../problems.ts';
import * as t from './tokens.ts';

const infix = new Set(t.Infix.categoryMatches);
const cannotBegin = new Set<TokenType>([t.Else, t.As, t.Arrow, t.Equals, t.ColonEquals, t.Colon, t.LeftBrace, t.Dot]);
const cannotEnd = new Set<TokenType>([t.Not, t.As, t.Arrow, t.Equals, t.ColonEquals, t.Colon, t.In, t.Dot]);
/** If one of these follows, an incomplete line before it is not continued; the parser reports that it is incomplete. */
const beginsAnew = new Set([...t.itemWords, ...t.statementWords, t.RightBrace, t.RightParen, t.RightBracket]);

/** What a line break does: it ends a statement, or does not, or is misplaced because of a token that no line can begin or end with. */
export type LineBreak =
  | { readonly kind: 'ends' | 'goes-on' }
  | { readonly kind: 'misplaced'; readonly token: t.Token; readonly where: 'begin' | 'end' };

/** What a line break between two tokens outside of brackets means. */
export function lineBreakBetween(before: t.Token, after: t.Token): LineBreak {
  const first = before.tokenType;
  const second = after.tokenType;
  const isInfix = infix.has(first.tokenTypeIdx!) || infix.has(second.tokenTypeIdx!);
  if (first === t.Comma || isInfix) return { kind: 'goes-on' };
  // After a complete body, a `{` cannot belong to what is before it.
  if (second === t.LeftBrace && first === t.Braces) return { kind: 'ends' };
  if (cannotBegin.has(second)) return { kind: 'misplaced', token: after, where: 'begin' };
  if (cannotEnd.has(first) && !beginsAnew.has(second)) return { kind: 'misplaced', token: before, where: 'end' };
  return { kind: 'ends' };
}

/** Reports that a line begins or ends with a token that cannot stand there. */
export function reportLineBreak(problems: Problems, token: t.Token, where: 'begin' | 'end'): void {
  const span = problems.span(token.startOffset, t.endOf(token));
  const instead = where === 'begin' ? 'put it at the end of the line before' : 'put what follows it on the same line';
  problems.error('misplaced-newline', span, `a line cannot ${where} with \`${token.image}\``, {
    help: `${instead}: the end of a line ends a statement`,
  });
}
