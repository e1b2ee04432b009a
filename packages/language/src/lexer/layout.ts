/**
 * Makes a tree of bracket groups of the flat tokens, and keeps only those newlines that end something.
 *
 * The parser does not look inside a bracket group while it parses what is around it: it gets the contents later, as a text of their own. So
 * no nesting can exhaust its stack, and a mistake between brackets has no effect outside of them.
 *
 * For each token, in order:
 * 1. A newline is dropped inside `( )`, `[ ]` and a record (a `{ }` after `return` or `->`), after an infix operator or a comma, and before
 *    a line that begins with an infix operator. A newline before a token that no line can begin with (`else`), or after one that no line
 *    can end with (`=`), is reported and dropped.
 * 2. An opening bracket opens a group. A closing one closes the innermost open group of its kind; groups inside that one lack their closing
 *    bracket.
 * 3. A line that begins at the left margin with a word that begins an item, or inside `( )` or `[ ]` with a word that begins a statement,
 *    shows that a bracket before it was never closed. Groups are closed until the word makes sense.
 *
 * Groups that are nested deeper than {@link nestingLimit} are left out, and one report says so.
 */
import { positionOf } from '@tessera-dnn/diagnostics';
import type { IToken } from 'chevrotain';
import type { Problems } from '../problems.ts';
import { type Bracket, brackets, reportMismatch, reportStray, reportUnclosed } from './brackets.ts';
import { withParts } from './interpolations.ts';
import { type LimitReport, nestingLimit } from './limit.ts';
import { lineBreakBetween, reportLineBreak } from './newlines.ts';
import { StringLiteral } from './strings.ts';
import * as t from './tokens.ts';

const itemWords = new Set(t.itemWords);
const statementWords = new Set(t.statementWords);

/** A group that has not been closed yet. */
interface Open {
  readonly bracket: Bracket;
  readonly token: IToken;
  readonly newlines: boolean;
  readonly tokens: t.Token[];
}

/** Makes the groups of a range of tokens in one pass. */
class Layout {
  private readonly problems: Problems;
  private readonly depth: number;
  private readonly top: t.Token[] = [];
  private readonly opened: Open[] = [];
  private previous: t.Token | undefined;
  /** How many brackets are open inside a group that is left out. */
  private skipped = 0;
  private readonly limit: LimitReport;
  /** The offset of a token that was reported for the line break before it, so that it is not reported again for the one after it. */
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
        if (isLast && this.skipped === 0 && this.endsBefore(next)) this.push(token);
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

  /** Rule 1 above. */
  private endsBefore(next: t.Token): boolean {
    const previous = this.contents.at(-1);
    if (this.opened.at(-1)?.newlines === false) return false;
    if (previous === undefined || previous.tokenType === t.Newline) return false;
    const lineBreak = lineBreakBetween(previous, next);
    if (lineBreak.kind === 'misplaced' && lineBreak.token.startOffset !== this.misplaced) {
      this.misplaced = lineBreak.token.startOffset;
      reportLineBreak(this.problems, lineBreak.token, lineBreak.where);
    }
    return lineBreak.kind === 'ends';
  }

  /** Rule 2 above. */
  private take(token: t.Token): void {
    const opening = brackets.find(one => one.open === token.image);
    const closing = brackets.find(one => one.close === token.image);
    if (this.skipped > 0) {
      if (opening !== undefined) this.skipped++;
      if (closing !== undefined && --this.skipped === 0) this.close(token, t.endOf(token), true);
    } else if (opening !== undefined) this.open(opening, token);
    else if (closing !== undefined) this.closeWith(closing, token);
    else if (token.tokenType === StringLiteral) this.push(this.takeApart(token));
    else this.push(token);
  }

  private takeApart(token: t.Token): t.Token {
    const depth = this.depth + this.opened.length + 1;
    return withParts(this.problems, token, this.limit, depth, (tokens, end) =>
      new Layout(this.problems, depth, this.limit).run(tokens, end),
    );
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

  private closeWith(bracket: Bracket, token: t.Token): void {
    const inner = this.opened.at(-1);
    const partner = this.opened.findLastIndex(one => one.bracket === bracket);
    if (partner !== -1) {
      while (this.opened.length > partner + 1) this.closeWithout(token.startOffset);
      this.close(token, t.endOf(token), false);
      return;
    }
    if (inner !== undefined && inner.bracket.kind !== t.Braces && bracket.kind !== t.Braces) {
      reportMismatch(this.problems, inner.token, token, inner.bracket.close);
      this.close(token, t.endOf(token), false);
    } else if (inner !== undefined && bracket.kind === t.Braces && this.isOnLaterLine(inner.token, token)) {
      // This `}` ends a body whose header lacks its `)`.
      while (this.opened.length > 0) this.closeWithout(token.startOffset);
    } else reportStray(this.problems, token);
  }

  private isOnLaterLine(first: IToken, second: IToken): boolean {
    const { source } = this.problems;
    return positionOf(source, first.startOffset).line < positionOf(source, second.startOffset).line;
  }

  private closeWithout(end: number): void {
    const { token, bracket } = this.opened.at(-1)!;
    if (this.skipped === 0) reportUnclosed(this.problems, token, bracket.close);
    this.close(undefined, end, this.skipped > 0);
    this.skipped = 0;
  }

  private close(closing: IToken | undefined, end: number, cut: boolean): void {
    const { bracket, token, tokens } = this.opened.pop()!;
    this.skipped = 0;
    const group: t.Group = { open: token, close: closing, tokens: cut ? [] : tokens, end, cut };
    this.push({ ...t.retyped(token, bracket.kind), group });
  }

  /** Rule 3 above. */
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

  /** Puts back the newline before `token`, which was dropped because brackets were open that now turn out to be unclosed. */
  private endLine(token: t.Token): void {
    const last = this.contents.at(-1);
    if (last !== undefined && last.tokenType !== t.Newline) this.push(t.retyped(token, t.Newline));
  }
}

/** The tree of `tokens`, which are those of the whole source. */
export function layOut(problems: Problems, tokens: readonly t.Token[], limit: LimitReport): readonly t.Token[] {
  return new Layout(problems, 0, limit).run(tokens, problems.source.text.length);
}
