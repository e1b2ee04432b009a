/**
 * Text to abstract syntax, for any text at all:
 * 1. `lexer/lex.ts` cuts it into tokens,
 * 2. `lexer/layout.ts` nests them by brackets and settles which newlines end something,
 * 3. `parser/grammar.ts` reads each piece of the result (a line, an argument), and
 * 4. `parser/tree/` builds the tree.
 * What is wrong is reported where it is found, and the rest read as if it were not there.
 */
import type { Diagnostic, Source } from '@tessera/diagnostics';
import type { File } from './ast.ts';
import { layOut } from './lexer/layout.ts';
import { type Comment, lex } from './lexer/lex.ts';
import { LimitReport } from './lexer/limit.ts';
import { readFile } from './parser/read.ts';
import { itemsOf } from './parser/tree/file.ts';
import { Problems } from './problems.ts';

export interface Parsed {
  /** Whole if `diagnostics` is empty, else what could be made of the text. */
  readonly file: File;
  /** In the order of the text. */
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
  const problems = new Problems(source);
  const limit = new LimitReport();
  const { tokens, comments } = lex(problems, 0, source.text.length);
  const tree = layOut(problems, tokens, limit);
  const items = itemsOf(problems, readFile(problems, tree, limit));
  const span = problems.span(0, source.text.length);
  if (items.length === 0 && problems.diagnostics.length === 0) {
    problems.error('empty-file', problems.span(0, 0), 'this file has no items', {
      help: 'write a `model`, or a `block` to import',
    });
  }
  const diagnostics = problems.diagnostics.toSorted((a, b) => a.span!.start - b.span!.start);
  return { file: { kind: 'file', source, items, span }, diagnostics, comments };
}
