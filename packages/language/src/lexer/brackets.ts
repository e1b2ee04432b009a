/** The kinds of brackets, and what is said of those without a partner. */
import type { TokenType } from 'chevrotain';
import type { Problems } from '../problems.ts';
import { Braces, Brackets, endOf, type Mark, Parens, type Token } from './tokens.ts';

export interface Bracket {
  /** The type of the group that such a bracket makes. */
  readonly kind: TokenType;
  readonly open: string;
  readonly close: string;
}

export const brackets: readonly Bracket[] = [
  { kind: Parens, open: '(', close: ')' },
  { kind: Brackets, open: '[', close: ']' },
  { kind: Braces, open: '{', close: '}' },
];

/** An opening bracket that nothing closes; `close` is what would. */
export function reportUnclosed(problems: Problems, open: Mark, close: string): void {
  const span = problems.span(open.startOffset, open.startOffset + 1);
  const help = `close it with \`${close}\``;
  problems.error('unclosed-bracket', span, `\`${open.image}\` is never closed`, { help });
}

/** A closing bracket where no bracket is open. */
export function reportStray(problems: Problems, closing: Token): void {
  const span = problems.span(closing.startOffset, endOf(closing));
  problems.error('unmatched-bracket', span, `\`${closing.image}\` closes nothing`);
}

/** `closing` where `open` wants `expected`. */
export function reportMismatch(problems: Problems, open: Mark, closing: Token, expected: string): void {
  const span = problems.span(closing.startOffset, endOf(closing));
  problems.error('unmatched-bracket', span, `\`${closing.image}\` cannot close \`${open.image}\``, {
    labels: [
      { span: problems.span(open.startOffset, open.startOffset + 1), message: 'opened here' },
      { span, message: `should be \`${expected}\`` },
    ],
    help: `write \`${expected}\``,
  });
}
