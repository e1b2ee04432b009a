/**
 * Makes abstract syntax of any text, in four steps:
 * 1. `lexer/lex.ts` cuts it into tokens,
 * 2. `lexer/layout.ts` nests them by brackets and settles which newlines end something,
 * 3. `parser/grammar.ts` reads each piece of the result (a line, an argument), and
 * 4. `parser/tree/` builds the tree. A mistake is reported where it is found, and the rest is read as if it were not there.
 */
import type { Diagnostic, Source } from '@tessera-dnn/diagnostics';
import type { File } from './ast.ts';
import { reportDivisions } from './lexer/divisions.ts';
import { layOut } from './lexer/layout.ts';
import { type Comment, lex } from './lexer/lex.ts';
import { LimitReport, sourceLimits } from './lexer/limit.ts';
import { Comma, Newline, type Token } from './lexer/tokens.ts';
import { readFile } from './parser/read.ts';
import { itemsOf } from './parser/tree/file.ts';
import { Problems } from './problems.ts';

export interface Parsed {
  /** The complete file if `diagnostics` has no errors, else what could be made of the text. */
  readonly file: File;
  /** The diagnostics in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface ParsedWithComments extends Parsed {
  readonly comments: readonly Comment[];
}

/** Parses a `.dnn` text. Never throws. */
export function parse(source: Source): Parsed {
  const { file, diagnostics } = parseWithComments(source);
  return { file, diagnostics };
}

/** Like {@link parse}, with the comments in the order of the text. */
export function parseWithComments(source: Source): ParsedWithComments {
  if (source.text.length > sourceLimits.characters) return refused(source, 0, lengthMessage);
  return parseAnyLength(source);
}

/** Like {@link parseWithComments}, without a limit of length: the formatter's output may be longer than the text that it was given. */
export function parseAnyLength(source: Source): ParsedWithComments {
  const problems = new Problems(source);
  const limit = new LimitReport();
  const { tokens, comments } = lex(problems, 0, source.text.length);
  const excess = tokens.filter(isCounted)[sourceLimits.tokens];
  if (excess !== undefined) return refused(source, excess.startOffset, tokensMessage);
  const tree = layOut(problems, tokens, limit);
  const items = itemsOf(problems, readFile(problems, tree, limit));
  reportDivisions(problems, tokens, comments, items);
  const span = problems.span(0, source.text.length);
  if (items.length === 0 && problems.diagnostics.length === 0) {
    problems.error('empty-file', problems.span(0, 0), 'this file has no items', {
      help: 'write a `model`, or a `block` to import',
    });
  }
  const diagnostics = problems.diagnostics.toSorted((a, b) => a.span!.start - b.span!.start);
  return { file: { kind: 'file', source, items, span }, diagnostics, comments };
}

const lengthMessage = `a file has at most ${sourceLimits.characters.toLocaleString('en')} characters`;
const tokensMessage = `a file has at most ${sourceLimits.tokens.toLocaleString('en')} words, numbers and marks`;

function isCounted({ tokenType }: Token): boolean {
  return tokenType !== Newline && tokenType !== Comma;
}

/** The result for a file that is too large to be read: an empty file with one diagnostic. */
function refused(source: Source, at: number, message: string): ParsedWithComments {
  const problems = new Problems(source);
  problems.error('source-too-large', problems.span(at, at), message, {
    help: 'numbers belong into an input, or into a param that a weights file fills; parts of a program into files to import',
  });
  const span = problems.span(0, source.text.length);
  return { file: { kind: 'file', source, items: [], span }, diagnostics: problems.diagnostics, comments: [] };
}
