/** Bodies; their statements have been built by the time somebody asks. */
import type { Body } from '../../ast.ts';
import type { Token } from '../../lexer/tokens.ts';
import type { Build } from './build.ts';

/** The body in a `{ }` group. */
export function bodyOf(build: Build, token: Token): Body {
  const group = token.group!;
  const span = build.problems.span(group.open.startOffset, group.end);
  return { statements: build.contents('statement', group), span };
}

/** Stands for a body that is lacking. */
export function emptyBody(problems: Build['problems'], at: number): Body {
  return { statements: [], span: problems.span(at, at) };
}
