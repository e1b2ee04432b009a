/**
 * Pieces: the texts that the grammar reads one at a time. A body is cut into lines, a list of arguments at its commas.
 * Here is also what a mistake in a piece becomes: at most one diagnostic per place, none where the lexer or the layout
 * has reported something already, since it would only be its echo.
 */
import { type CstNode, EOF, type IRecognitionException, type TokenType } from 'chevrotain';
import type { LimitReport } from '../lexer/layout.ts';
import { endOf } from '../lexer/lex.ts';
import * as t from '../lexer/tokens.ts';
import type { Problems } from '../problems.ts';
import { Grammar, type PieceRule } from './grammar.ts';
import { decodeExpectation, describeToken } from './messages.ts';

export interface Piece {
  readonly tokens: readonly t.Token[];
  readonly start: number;
  /** Where the token begins that ends the piece. */
  readonly end: number;
  /** That token, in words. */
  readonly ender: string;
  /** All that might have ended it, in words. */
  readonly enders: string;
  /** Inside a bracket that was never closed, which is reported. */
  readonly quiet: boolean;
}

/** How many `if` may stand in one another's conditions: the one place where the grammar calls itself. */
const conditionLimit = 100;

/** What the builders of the tree share. */
export interface Build {
  readonly problems: Problems;
  readonly limit: LimitReport;
  /** Offsets at which the lexer and the layout have reported something, rising. */
  readonly reported: readonly number[];
  /** Nodes of the tree around the one that is being built. */
  depth: number;
}

let grammar: Grammar | undefined;

/** Parses one piece. The tree may lack any part of it; what is lacking has been reported. */
export function parsePiece(build: Build, rule: PieceRule, piece: Piece): CstNode | undefined {
  const nested = nestedConditions(piece.tokens);
  if (nested !== undefined) {
    build.limit.report(build.problems, nested, `\`if\` in the condition of an \`if\`, ${conditionLimit} times over`);
    return undefined;
  }
  grammar ??= new Grammar();
  grammar.input = [...piece.tokens];
  const tree = grammar[rule]() as CstNode | undefined;
  const errors = grammar.errors;
  if (errors.length > 0 && !isQuiet(build, piece)) reportErrors(build, piece, errors);
  return tree;
}

/** The lines of a body or file; empty ones are left out. */
export function linesOf(tokens: readonly t.Token[], end: number, closing: string, quiet: boolean): readonly Piece[] {
  const separator = 'the end of the line';
  const pieces = split(tokens, t.Newline, { start: 0, end, separator, closing, enders: separator, quiet });
  return pieces.filter(piece => piece.tokens.length > 0);
}

/** What stands between the commas of a group; the comma after the last may be there. */
export function elementsOf(group: t.Group, closing: string): readonly Piece[] {
  const pieces = split(group.tokens, t.Comma, {
    start: group.open.startOffset + 1,
    end: group.close?.startOffset ?? group.end,
    separator: '`,`',
    closing: `\`${closing}\``,
    enders: `\`,\` or \`${closing}\``,
    quiet: group.close === undefined,
  });
  return pieces.at(-1)!.tokens.length === 0 ? pieces.slice(0, -1) : pieces;
}

/** All of a group as one piece. */
export function wholeOf(group: t.Group, closing: string): Piece {
  const end = group.close?.startOffset ?? group.end;
  const quiet = group.close === undefined;
  const ender = `\`${closing}\``;
  return { tokens: group.tokens, start: group.open.startOffset + 1, end, ender, enders: ender, quiet };
}

/** The stretch that is split, and the words for what ends its pieces. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly separator: string;
  readonly closing: string;
  readonly enders: string;
  readonly quiet: boolean;
}

function split(tokens: readonly t.Token[], separator: TokenType, stretch: Stretch): Piece[] {
  const { enders, quiet } = stretch;
  const pieces: Piece[] = [];
  let { start } = stretch;
  let from = 0;
  for (let at = 0; at <= tokens.length; at++) {
    const token = tokens[at];
    if (token !== undefined && token.tokenType !== separator) continue;
    const content = tokens.slice(from, at);
    const ender = token === undefined ? stretch.closing : stretch.separator;
    const end = token?.startOffset ?? stretch.end;
    pieces.push({ tokens: content, start: content[0]?.startOffset ?? start, end, ender, enders, quiet });
    from = at + 1;
    start = token === undefined ? end : endOf(token);
  }
  return pieces;
}

/** The `if` that goes beyond {@link conditionLimit}. */
function nestedConditions(tokens: readonly t.Token[]): t.Token | undefined {
  let pending = 0;
  for (let at = 0; at < tokens.length; at++) {
    const { tokenType } = tokens[at]!;
    const afterElse = tokens[at - 1]?.tokenType === t.Else;
    if (tokenType === t.If && ++pending > conditionLimit) return tokens[at];
    if (tokenType === t.Braces && !afterElse && pending > 0) pending--;
  }
  return undefined;
}

/** Whether something was reported in the piece already, outside of the brackets in it. */
function isQuiet(build: Build, piece: Piece): boolean {
  if (piece.quiet) return true;
  const { reported } = build;
  let at = lowerBound(reported, piece.start);
  for (const { group } of piece.tokens) {
    if (group === undefined) continue;
    if (at < reported.length && reported[at]! <= group.open.startOffset) return true;
    at = lowerBound(reported, group.end, at);
  }
  return at < reported.length && reported[at]! < piece.end;
}

/** The first index from `from` on whose number is not below `value`. */
function lowerBound(numbers: readonly number[], value: number, from = 0): number {
  let low = from;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function reportErrors(build: Build, piece: Piece, errors: readonly IRecognitionException[]): void {
  const places = new Set<number>();
  for (const error of errors) {
    const { code, what, message, help } = decodeExpectation(error.message);
    const atEnd = error.token.tokenType === EOF;
    const start = atEnd ? endOfPiece(piece) : error.token.startOffset;
    if (places.has(start)) continue;
    places.add(start);
    const span = build.problems.span(start, atEnd ? start : endOfMark(error.token));
    const found = atEnd ? piece.ender : describeToken(error.token);
    const text = message ?? `expected ${what ?? piece.enders}, found ${found}`;
    build.problems.error(code, span, text, { help });
  }
}

/** Behind the last token, or where the piece should have begun. */
function endOfPiece(piece: Piece): number {
  const last = piece.tokens.at(-1);
  return last === undefined ? piece.end : endOf(last);
}

/** A bracket group is pointed at by its opening bracket. */
function endOfMark(token: t.Token): number {
  return token.group === undefined ? endOf(token) : token.startOffset + 1;
}
