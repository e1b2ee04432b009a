/** Pieces are the texts that the grammar reads one at a time. A body is divided into lines, a list of arguments at its commas. */
import type { TokenType } from 'chevrotain';
import * as t from '../lexer/tokens.ts';
import { endOf } from '../lexer/tokens.ts';

export interface Piece {
  readonly tokens: readonly t.Token[];
  readonly start: number;
  /** The offset of the token that ends the piece. */
  readonly end: number;
  /** The token that ends it, in words. */
  readonly ender: string;
  /** All tokens that could have ended it, in words. */
  readonly enders: string;
  /** Whether it is inside a bracket that was never closed. That has been reported, so a lacking end is not. */
  readonly quiet: boolean;
}

/** The lines of a body or file, without empty ones. */
export function linesOf(tokens: readonly t.Token[], end: number, closing: string, quiet: boolean): readonly Piece[] {
  const separator = 'the end of the line';
  const pieces = split(tokens, t.Newline, { start: 0, end, separator, closing, enders: separator, quiet });
  return pieces.filter(piece => piece.tokens.length > 0);
}

/** The elements between the commas of a group, which may have a comma after the last. */
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

/** The range that is split, and the words for what ends its pieces. */
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
