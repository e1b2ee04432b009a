/**
 * Makes diagnostics of the mistakes in a piece: at most one for each place, and none if the lexer or the layout has reported something in
 * the piece already, since the mistake would probably be a consequence of that.
 */
import { EOF, type IRecognitionException } from 'chevrotain';
import { foreignWords } from '../habits.ts';
import * as t from '../lexer/tokens.ts';
import { endOf } from '../lexer/tokens.ts';
import type { Problems } from '../problems.ts';
import { decodeExpectation, describeToken } from './messages.ts';
import type { Piece } from './pieces.ts';

/** The places at which something was reported before the pieces were read. */
export class Echoes {
  private readonly reported: readonly number[];

  constructor(problems: Problems) {
    this.reported = problems.diagnostics.map(({ span }) => span!.start).sort((a, b) => a - b);
  }

  /** Whether something was reported in the piece already, not counting the brackets in it. */
  in(piece: Piece): boolean {
    if (piece.quiet) return true;
    const { reported } = this;
    let at = lowerBound(reported, piece.start);
    for (const { group } of piece.tokens) {
      if (group === undefined) continue;
      if (at < reported.length && reported[at]! <= group.open.startOffset) return true;
      at = lowerBound(reported, group.end, at);
    }
    return at < reported.length && reported[at]! < piece.end;
  }
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

/** Reports what Chevrotain found wrong with a piece. */
export function reportErrors(problems: Problems, piece: Piece, errors: readonly IRecognitionException[]): void {
  const places = new Set<number>();
  for (const error of errors) {
    // That tokens are left over after another mistake is its consequence.
    if (error.name === 'NotAllInputParsedException' && places.size > 0) continue;
    const { code, what, message, help } = decodeExpectation(error.message);
    const atEnd = error.token.tokenType === EOF;
    const start = atEnd ? endOfPiece(piece) : error.token.startOffset;
    if (places.has(start)) continue;
    places.add(start);
    const span = problems.span(start, atEnd ? start : endOfMark(error.token));
    const found = atEnd ? piece.ender : describeToken(error.token);
    const text = message ?? `expected ${what ?? piece.enders}, found ${found}`;
    problems.error(code, span, text, { help: foreignWord(piece, error.token) ?? help });
  }
}

/** What to write instead of a word of another language at the mistake or just before it; undefined if there is none. */
function foreignWord({ tokens }: Piece, found: t.Token): string | undefined {
  const at = tokens.findIndex(token => token.startOffset >= found.startOffset);
  const before = at < 0 ? tokens.at(-1) : tokens[at - 1];
  const isVariance = [found, before].some(token => token?.tokenType === t.Var) && tokens.some(isParens);
  if (isVariance) return 'the variance is variance(x)';
  return foreignWords.get(found.image) ?? (before && foreignWords.get(before.image));
}

function isParens({ tokenType }: t.Token): boolean {
  return tokenType === t.Parens;
}

/** The offset after the last token, or where the piece should have begun. */
function endOfPiece(piece: Piece): number {
  const last = piece.tokens.at(-1);
  return last === undefined ? piece.end : endOf(last);
}

/** The end of the text to be underlined; of a bracket group that is only its opening bracket. */
function endOfMark(token: t.Token): number {
  return token.group === undefined ? endOf(token) : token.startOffset + 1;
}
