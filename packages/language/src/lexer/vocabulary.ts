/** All token types, in the order in which the lexer tries them. */
import type { TokenType } from 'chevrotain';
import { elementTypes } from '../ast.ts';
import { foreignSpellings } from './foreign.ts';
import { StringLiteral } from './strings.ts';
import * as t from './tokens.ts';

function isTokenType(one: object): one is TokenType {
  return 'PATTERN' in one;
}

/** A token comes before shorter ones that it begins with. */
const wordsAndMarks = Object.values(t)
  .filter((one): one is TokenType & { readonly PATTERN: string } => isTokenType(one) && typeof one.PATTERN === 'string')
  .sort((a, b) => b.PATTERN.length - a.PATTERN.length);

export const vocabulary: TokenType[] = [
  t.Newline,
  t.Blank,
  t.LineComment,
  t.BlockComment,
  StringLiteral,
  t.NumberLiteral,
  ...foreignSpellings.map(spelling => spelling.token),
  ...wordsAndMarks,
  t.ElementType,
  t.Identifier,
  // These are never found in the text.
  t.Word,
  t.Infix,
  t.Parens,
  t.Brackets,
  t.Braces,
];

/** The words that cannot be names. */
export const reservedWords: readonly string[] = [
  ...wordsAndMarks.filter(({ CATEGORIES = [] }) => CATEGORIES.includes(t.Word)).map(({ PATTERN }) => PATTERN),
  ...elementTypes,
].sort();
