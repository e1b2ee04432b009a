/**
 * Spellings of other languages. Each is reported with the right one and then read as what was meant, so that a habit from Python or C
 * causes one diagnostic and no further ones.
 */
import { createToken, type TokenType } from 'chevrotain';
import { StringLiteral } from './strings.ts';
import { And, DotDot, Equal, Equals, LineComment, Newline, Not, NotEqual, Or } from './tokens.ts';

interface Foreign {
  readonly token: TokenType;
  /** The type of token that it is read as. */
  readonly meant: TokenType;
  readonly help: string;
}

const foreign = (name: string, pattern: RegExp, meant: TokenType, help: string): Foreign => ({
  token: createToken({ name, pattern, line_breaks: false }),
  meant,
  help,
});

/** The spellings in the order in which the lexer tries them, longer ones first. */
export const foreignSpellings: readonly Foreign[] = [
  foreign('ForeignAnd', /&&?/, And, 'write `and`'),
  foreign('ForeignOr', /\|\||\|(?!>)/, Or, 'write `or`'),
  foreign('ForeignEqual', /===/, Equal, 'write `==`'),
  foreign('ForeignNotEqual', /!==/, NotEqual, 'write `!=`'),
  foreign('ForeignNot', /!(?!=)/, Not, 'write `not`'),
  foreign('ForeignUpdate', /(?:\*\*|[-+*/%@])=(?!=)/, Equals, 'write it out: `x = x + 1`'),
  foreign('ForeignRest', /\.\.\./, DotDot, 'write `..`'),
  foreign('ForeignEnd', /;/, Newline, 'the end of the line ends a statement'),
  foreign('ForeignString', /'[^'\r\n]*'?/, StringLiteral, 'strings stand in double quotes'),
  foreign('ForeignComment', /#[^\r\n]*/, LineComment, 'comments begin with `//`'),
];

/** The foreign spelling that a token of the lexer stands for. */
export const foreignByToken: ReadonlyMap<TokenType, Foreign> = new Map(foreignSpellings.map(one => [one.token, one]));

/** What to write instead of a character that no token begins with. */
export const helpForCharacter: Readonly<Record<string, string>> = {
  '^': 'a power is written `**`',
  '?': 'write `if c { a } else { b }`',
};
