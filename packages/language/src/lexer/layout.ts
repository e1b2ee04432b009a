/**
 * Flat tokens to a tree of bracket groups, with only those newlines left that end something.
 *
 * The parser never sees inside a bracket while it parses what is around it: it gets the contents later, as a text of
 * its own. So no nesting can exhaust its stack, and a mistake between brackets stays there.
 *
 * For each token, in order:
 * 1. A newline is dropped inside `( )`, `[ ]` and a record `{ }` (one after `return` or `->`), after an infix operator
 *    or a comma, and before a line that begins with an infix operator. Before or after a token that no line can begin
 *    or end with (`else`, `=`) it is a mistake: reported and dropped.
 * 2. An opening bracket opens a group, a closing one closes the innermost of its kind; groups in between lack theirs.
 * 3. A line that begins with a word of an item at the left margin, or, inside `( )` or `[ ]`, with a word of a statement,
 *    shows that a bracket before it was never closed: groups are closed up to where that word makes sense.
 *
 * Groups nested deeper than {@link nestingLimit} are left out, with one report.
 */
import type { IToken, TokenType } from 'chevrotain';
import type { Problems } from '../problems.ts';
import { endOf, extentOf, lex } from './lex.ts';
import { type LimitReport, nestingLimit } from './limit.ts';
import { StringLiteral, splitString } from './strings.ts';
import * as t from './tokens.ts';

interface Bracket {
  readonly kind: TokenType;
  readonly open: string;
  readonly close: string;
}

const brackets: readonly Bracket[] = [
  { kind: t.Parens, open: '(', close: ')' },
  { kind: t.Brackets, open: '[', close: ']' },
  { kind: t.Braces, open: '{', close: '}' },
];

const cannotBegin = new Set<TokenType>([t.Else, t.As, t.Arrow, t.Equals, t.ColonEquals, t.Colon, t.LeftBrace, t.Dot]);
const cannotEnd = new Set<TokenType>([t.Not, t.As, t.Arrow, t.Equals, t.ColonEquals, t.Colon, t.In, t.Dot]);
const itemWords = new Set(t.itemWords);
const statementWords = new Set(t.statementWords);
/** Before these a line that cannot end lacks its rest, which the parser reports. */
const beginsAnew = new Set([...itemWords, ...statementWords, t.RightBrace, t.RightParen, t.RightBracket]);
const infix = new Set(t.Infix.categoryMatches);

/** A group that has not been closed yet. */
interface Open {
  readonly bracket: Bracket;
  readonly token: IToken;
  readonly newlines: boolean;
  readonly tokens: t.Token[];
}

/** Groups of a stretch of tokens, in one pass over them. */
class Layout {
  private readonly problems: Problems;
  private readonly depth: number;
  private readonly top: t.Token[] = [];
  private readonly opened: Open[] = [];
  private previous: t.Token | undefined;
  /** Brackets open inside a group that is left out. */
  private skipped = 0;
  private readonly limit: LimitReport;
  /** Where a token stands that was reported for the line break before it, and not again for the one behind it. */
  private misplaced = -1;

  constructor(problems: Problems, depth: number, limit: LimitReport) {
    this.problems = problems;
    this.depth = depth;
    this.limit = limit;
  }

  run(tokens: readonly t.Token[], end: number): readonly t.Token[] {
    let lineStart = true;
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at]!;
      if (token.tokenType === t.Newline) {
        lineStart = true;
        const next = tokens[at + 1];
        const isLast = next !== undefined && next.tokenType !== t.Newline;
        if (isLast && this.skipped === 0 && this.endsHere(next)) this.push(token);
        continue;
      }
      if (lineStart) this.closeForgotten(token);
      lineStart = false;
      this.take(token);
    }
    while (this.opened.length > 0) this.closeWithout(end);
    return this.top;
  }

  private get contents(): t.Token[] {
    return this.opened.at(-1)?.tokens ?? this.top;
  }

  private push(token: t.Token): void {
    this.contents.push(token);
    this.previous = token;
  }

  /** Rule 1. */
  private endsHere(next: t.Token): boolean {
    const inner = this.opened.at(-1);
    const previous = this.contents.at(-1);
    if (inner?.newlines === false || previous === undefined || previous.tokenType === t.Newline) return false;
    const before = previous.tokenType;
    if (before === t.Comma || infix.has(before.tokenTypeIdx!) || infix.has(next.tokenTypeIdx)) return false;
    const goesOn = cannotBegin.has(next.tokenType) || (cannotEnd.has(before) && !beginsAnew.has(next.tokenType));
    if (!goesOn) return true;
    if (next.tokenType === t.LeftBrace && before === t.Braces) return true;
    this.reportNewline(previous, next);
    return false;
  }

  private reportNewline(previous: t.Token, next: t.Token): void {
    const begins = cannotBegin.has(next.tokenType);
    const token = begins ? next : previous;
    if (token.startOffset === this.misplaced) return;
    this.misplaced = token.startOffset;
    const message = begins
      ? `a line cannot begin with \`${next.image}\``
      : `a line cannot end with \`${previous.image}\``;
    const where = begins ? 'put it at the end of the line before' : 'put what follows it on the same line';
    const span = this.problems.span(token.startOffset, endOf(token));
    this.problems.error('misplaced-newline', span, message, {
      help: `${where}: the end of a line ends a statement`,
    });
  }

  /** Rule 2. */
  private take(token: t.Token): void {
    const opening = brackets.find(one => one.open === token.image);
    const closing = brackets.find(one => one.close === token.image);
    if (this.skipped > 0) {
      if (opening !== undefined) this.skipped++;
      if (closing !== undefined && --this.skipped === 0) this.cut(token);
    } else if (opening !== undefined) this.open(opening, token);
    else if (closing !== undefined) this.closeWith(closing, token);
    else if (token.tokenType === StringLiteral) this.push(this.withParts(token));
    else this.push(token);
  }

  private open(bracket: Bracket, token: t.Token): void {
    const afterReturn = this.previous?.tokenType === t.Return || this.previous?.tokenType === t.Arrow;
    const newlines = bracket.kind === t.Braces && !afterReturn;
    this.opened.push({ bracket, token, newlines, tokens: [] });
    this.previous = token;
    if (this.depth + this.opened.length <= nestingLimit) return;
    this.limit.report(this.problems, token);
    this.skipped = 1;
  }

  private cut(closing: t.Token): void {
    this.close(closing, endOf(closing), true);
  }

  private closeWith(bracket: Bracket, token: t.Token): void {
    const inner = this.opened.at(-1);
    const partner = this.opened.findLastIndex(one => one.bracket === bracket);
    if (partner !== -1) {
      while (this.opened.length > partner + 1) this.closeWithout(token.startOffset);
      this.close(token, endOf(token), false);
      return;
    }
    const span = this.problems.span(token.startOffset, endOf(token));
    if (inner !== undefined && inner.bracket.kind !== t.Braces && bracket.kind !== t.Braces) {
      const labels = [
        { span: this.problems.span(inner.token.startOffset, inner.token.startOffset + 1), message: 'opened here' },
      ];
      const message = `\`${token.image}\` cannot close \`${inner.bracket.open}\``;
      this.problems.error('unmatched-bracket', span, message, {
        labels: [...labels, { span, message: `should be \`${inner.bracket.close}\`` }],
        help: `write \`${inner.bracket.close}\``,
      });
      this.close(token, endOf(token), false);
    } else if (inner !== undefined && bracket.kind === t.Braces && this.isOnLaterLine(inner.token, token)) {
      // The end of a body whose header lacks its `)`.
      while (this.opened.length > 0) this.closeWithout(token.startOffset);
    } else this.problems.error('unmatched-bracket', span, `\`${token.image}\` closes nothing`);
  }

  private isOnLaterLine(first: IToken, second: IToken): boolean {
    return this.problems.source.text.slice(first.startOffset, second.startOffset).includes('\n');
  }

  private closeWithout(end: number): void {
    const { token, bracket } = this.opened.at(-1)!;
    if (this.skipped === 0) {
      const span = this.problems.span(token.startOffset, token.startOffset + 1);
      this.problems.error('unclosed-bracket', span, `\`${bracket.open}\` is never closed`, {
        help: `close it with \`${bracket.close}\``,
      });
    }
    this.close(undefined, end, this.skipped > 0);
    this.skipped = 0;
  }

  private close(closing: IToken | undefined, end: number, cut: boolean): void {
    const { bracket, token, tokens } = this.opened.pop()!;
    this.skipped = 0;
    const group: t.Group = { open: token, close: closing, tokens: cut ? [] : tokens, end, cut };
    this.push({ ...retyped(token, bracket.kind), group });
  }

  /** Rule 3. */
  private closeForgotten(token: t.Token): void {
    if (this.skipped > 0 && !itemWords.has(token.tokenType)) return;
    const { text } = this.problems.source;
    const atMargin = token.startOffset === 0 || /[\r\n]/.test(text[token.startOffset - 1]!);
    if (itemWords.has(token.tokenType) && atMargin && this.depth === 0) {
      while (this.opened.length > 0) this.closeWithout(token.startOffset);
      this.endLine(token);
    } else if (statementWords.has(token.tokenType)) {
      const forgotten = this.opened.length - 1 - this.opened.findLastIndex(one => one.newlines);
      if (forgotten === 0 || forgotten === this.opened.length) return;
      for (let i = 0; i < forgotten; i++) this.closeWithout(token.startOffset);
      this.endLine(token);
    }
  }

  /** The newline before `token` was dropped as one inside brackets, before these turned out to be unclosed. */
  private endLine(token: t.Token): void {
    const last = this.contents.at(-1);
    if (last !== undefined && last.tokenType !== t.Newline) this.push(retyped(token, t.Newline));
  }

  private withParts(token: t.Token): t.Token {
    const parts: t.StringPiece[] = [];
    const { closed, tooDeep } = extentOf(this.problems.source, token);
    if (tooDeep) {
      this.limit.report(this.problems, token);
      return { ...token, parts: [] };
    }
    for (const run of splitString(this.problems.source.text, token.startOffset, endOf(token), closed)) {
      if (run.kind === 'text') parts.push(run);
      else if (run.kind === 'bad-escape') this.reportEscape(run.start, run.end);
      else parts.push({ ...run, group: this.interpolation(run.start, run.end, run.closed, closed) });
    }
    return { ...token, parts };
  }

  private reportEscape(start: number, end: number): void {
    const written = this.problems.source.text.slice(start, end);
    const help = 'escapes are \\n \\t \\" \\\\ \\{ \\}';
    this.problems.error('unknown-escape', this.problems.span(start, end), `\`${written}\` is not an escape`, { help });
  }

  private interpolation(start: number, end: number, closed: boolean, stringClosed: boolean): t.Group {
    const open = { ...brackets[2]!, token: this.problems.span(start, start + 1) };
    if (!closed && stringClosed) {
      const help = 'close it with `}`; a brace itself is written `\\{`';
      this.problems.error('unclosed-bracket', open.token, 'this `{` is never closed', { help });
    }
    const inner = this.depth + this.opened.length + 1;
    const opening = { image: '{', startOffset: start } as t.Token;
    if (inner > nestingLimit) {
      this.limit.report(this.problems, opening);
      return { open: opening, close: opening, tokens: [], end, cut: true };
    }
    const stop = closed ? end - 1 : end;
    const { tokens } = lex(this.problems, start + 1, stop);
    const contents = new Layout(this.problems, inner, this.limit).run(tokens, stop);
    return {
      open: opening,
      close: closed ? ({ image: '}', startOffset: stop } as t.Token) : undefined,
      tokens: contents,
      end,
      cut: false,
    };
  }
}

function retyped(token: t.Token, type: TokenType): t.Token {
  return { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx! };
}

/** The tree of `tokens`, which are those of the whole source. */
export function layOut(problems: Problems, tokens: readonly t.Token[], limit: LimitReport): readonly t.Token[] {
  return new Layout(problems, 0, limit).run(tokens, problems.source.text.length);
}
