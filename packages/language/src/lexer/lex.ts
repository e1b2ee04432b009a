/**
 * Makes a flat list of tokens of any text: words, marks, numbers, whole strings and newlines. Comments are kept apart. It reports
 * characters that no token begins with, spellings of other languages, and comments and strings that do not end.
 */
import type { Source } from '@tessera-dnn/diagnostics';
import { Lexer } from 'chevrotain';
import type { Problems } from '../problems.ts';
import { foreignByToken, helpForCharacter } from './foreign.ts';
import { type StringExtent, StringLiteral, scanString } from './strings.ts';
import { BlockComment, endOf, Identifier, LineComment, Newline, retyped, type Token } from './tokens.ts';
import { vocabulary } from './vocabulary.ts';

/** A comment with the marks that begin and end it. */
export interface Comment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

const lexer = new Lexer(vocabulary, { positionTracking: 'onlyOffset' });

/** The tokens of `[start, end)`; offsets are of the whole text. */
export function lex(problems: Problems, start: number, end: number): Lexed {
  const result = lexer.tokenize(problems.source.text.slice(start, end));
  for (const { offset, length } of result.errors) reportCharacters(problems, start + offset, start + offset + length);
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  for (const found of result.tokens) {
    found.startOffset += start;
    const token = domesticate(problems, found);
    if (token.tokenType === LineComment || token.tokenType === BlockComment) {
      comments.push({ text: token.image, start: token.startOffset, end: endOf(token) });
      checkComment(problems, token);
      // A comment over several lines ends a line, as the line breaks in it would.
      if (/[\r\n]/.test(token.image)) tokens.push(retyped(token, Newline));
      continue;
    }
    if (token.tokenType === Identifier) checkName(problems, token);
    if (token.tokenType === StringLiteral) checkString(problems, token);
    tokens.push(token);
  }
  return { tokens, comments };
}

/** The token. If it is spelled as in another language, that is reported, and it is read as ours. */
function domesticate(problems: Problems, token: Token): Token {
  const spelling = foreignByToken.get(token.tokenType);
  if (spelling === undefined) return token;
  const written = spelling.meant === StringLiteral ? "'" : spelling.meant === LineComment ? '#' : token.image;
  const at = problems.span(token.startOffset, token.startOffset + written.length);
  problems.error('foreign-spelling', at, `\`${written}\` is not part of the language`, { help: spelling.help });
  return retyped(token, spelling.meant);
}

function reportCharacters(problems: Problems, start: number, end: number): void {
  const text = problems.source.text.slice(start, end);
  const shown = text.length === 1 ? show(text) : `${show(text[0]!)} and the ${text.length - 1} after it`;
  const verb = text.length === 1 ? 'belongs' : 'belong';
  const help = helpForCharacter[text];
  problems.error('unexpected-character', problems.span(start, end), `${shown} ${verb} nowhere in a program`, { help });
}

function show(char: string): string {
  const code = char.charCodeAt(0);
  const printable = code > 32 && (code < 127 || code > 160) && (code < 0xd800 || code > 0xf8ff);
  return printable ? `\`${char}\`` : `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function checkName(problems: Problems, token: Token): void {
  const at = token.image.search(/[^A-Za-z0-9_]/);
  if (at === -1) return;
  const span = problems.span(token.startOffset + at, token.startOffset + at + 1);
  const message = `a name cannot contain ${show(token.image[at]!)}`;
  problems.error('unexpected-character', span, message, { help: 'names are made of A-Z, a-z, 0-9 and _' });
}

function checkComment(problems: Problems, token: Token): void {
  if (token.tokenType === LineComment || (token.image.length >= 4 && token.image.endsWith('*/'))) return;
  const span = problems.span(token.startOffset, token.startOffset + 2);
  problems.error('unterminated-comment', span, 'this comment never ends', { help: 'end it with `*/`' });
}

function checkString(problems: Problems, token: Token): void {
  const { closed, tooDeep } = extentOf(problems.source, token);
  if (closed || tooDeep) return;
  const message = 'this string does not end on its line';
  problems.error('unterminated-string', problems.span(token.startOffset, endOf(token)), message, {
    help: 'end it with `"`; a line break inside is written `\\n`',
  });
}

/** How far a string token reaches. One in single quotes, which is a foreign spelling, has no interpolations. */
export function extentOf({ text }: Source, token: Token): StringExtent {
  if (token.image[0] === '"') return scanString(text, token.startOffset);
  const closed = token.image.length > 1 && token.image.endsWith("'");
  return { end: endOf(token), closed, tooDeep: false };
}
