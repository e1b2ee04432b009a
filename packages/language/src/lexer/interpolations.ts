/** Takes strings apart into their texts and the tokens of their interpolated expressions. */
import type { Problems } from '../problems.ts';
import { extentOf, lex } from './lex.ts';
import { type LimitReport, nestingLimit } from './limit.ts';
import { type StringRun, splitString } from './strings.ts';
import { endOf, type Group, type StringPiece, type Token } from './tokens.ts';

/** Makes groups of the tokens of an interpolation, which ends at `end`. */
type LayOut = (tokens: readonly Token[], end: number) => readonly Token[];

/** The string `token` with its parts. Its interpolations are at nesting level `depth`. */
export function withParts(problems: Problems, token: Token, limit: LimitReport, depth: number, layOut: LayOut): Token {
  const { closed, tooDeep } = extentOf(problems.source, token);
  if (tooDeep || depth > nestingLimit) {
    limit.report(problems, token);
    return { ...token, parts: [] };
  }
  const parts: StringPiece[] = [];
  for (const run of splitString(problems.source.text, token.startOffset, endOf(token), closed)) {
    if (run.kind === 'text') parts.push(run);
    else if (run.kind === 'bad-escape') reportEscape(problems, run);
    else {
      if (!run.closed && closed) reportUnclosed(problems, run);
      parts.push({ ...run, group: groupOf(problems, run, layOut) });
    }
  }
  return { ...token, parts };
}

function groupOf(problems: Problems, run: StringRun & { readonly kind: 'interpolation' }, layOut: LayOut): Group {
  const { start, end, closed } = run;
  const stop = closed ? end - 1 : end;
  const { tokens } = lex(problems, start + 1, stop);
  return {
    open: { image: '{', startOffset: start },
    close: closed ? { image: '}', startOffset: stop } : undefined,
    tokens: layOut(tokens, stop),
    end,
    cut: false,
  };
}

function reportEscape(problems: Problems, { start, end }: StringRun): void {
  const written = problems.source.text.slice(start, end);
  const help = 'escapes are \\n \\t \\" \\\\ \\{ \\}';
  problems.error('unknown-escape', problems.span(start, end), `\`${written}\` is not an escape`, { help });
}

function reportUnclosed(problems: Problems, { start }: StringRun): void {
  const help = 'close it with `}`; a brace itself is written `\\{`';
  problems.error('unclosed-bracket', problems.span(start, start + 1), 'this `{` is never closed', { help });
}
