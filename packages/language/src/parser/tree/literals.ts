/** Builds numbers and strings. */
import type { Expression, StringExpression, StringPart } from '../../ast.ts';
import { readNumber } from '../../lexer/numbers.ts';
import type { StringPiece, Token } from '../../lexer/tokens.ts';
import { endOf } from '../../lexer/tokens.ts';
import { type Build, missing } from './build.ts';

/** A number, or a `missing` after a report: malformed, or too large. */
export function numberOf(build: Build, token: Token): Expression {
  const { problems } = build;
  const span = problems.span(token.startOffset, endOf(token));
  const number = readNumber(token.image);
  const shown = token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image;
  switch (number.kind) {
    case 'integer':
    case 'float':
      return { kind: number.kind, value: number.value, span };
    case 'byte-size':
      return { kind: 'byte-size', bytes: number.bytes, span };
    case 'malformed':
      problems.error('malformed-number', span, `\`${shown}\` is not a number`, { help: number.help });
      return missing(problems, span.start, span.end);
    case 'too-large':
      problems.error('number-too-large', span, `\`${shown}\` is too large`, { help: number.help });
      return missing(problems, span.start, span.end);
  }
}

/** A string with its interpolated expressions. */
export function stringOf(build: Build, token: Token): StringExpression {
  const span = build.problems.span(token.startOffset, endOf(token));
  return { kind: 'string', parts: (token.parts ?? []).map(part => partOf(build, part)), span };
}

function partOf(build: Build, part: StringPiece): StringPart {
  const span = build.problems.span(part.start, part.end);
  if (part.kind === 'text') return { kind: 'text', value: part.value, span };
  const expression = build.contents('expression', part.group)[0] ?? missing(build.problems, span.start, span.end);
  return { kind: 'interpolation', expression, span };
}
