/** The kinds of brackets, and the reports about brackets without a partner. */
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

/** Reports an opening bracket that is never closed; `close` is the bracket that would close it. */
export function reportUnclosed(problems: Problems, open: Mark, close: string): void {
  const span = problems.span(open.startOffset, open.startOffset + 1);
  const help = `close it with \`${close}\``;
  problems.error('unclosed-bracket', span, `\`${open.image}\` is never closed`, { help });
}

/** Reports a closing bracket where no bracket is open. */
export function reportStray(problems: Problems, closing: Token): void {
  const span = problems.span(closing.startOffset, endOf(closing));
  problems.error('unmatched-bracket', span, `\`${closing.image}\` closes nothing`);
}

/** Reports the bracket `closing`, found where `open` must be closed by `expected`. */
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
