/** Pieces: the texts that the grammar reads one at a time. A body is cut into lines, a list of arguments at its commas. */
import type { TokenType } from 'chevrotain';
import * as t from '../lexer/tokens.ts';
import { endOf } from '../lexer/tokens.ts';

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
