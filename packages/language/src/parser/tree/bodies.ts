/** Makes bodies. Their statements have been built before, since groups are built from the innermost outwards. */
import type { Body } from '../../ast.ts';
import type { Token } from '../../lexer/tokens.ts';
import type { Build } from './build.ts';

/** The body that a `{ }` group holds. */
export function bodyOf(build: Build, token: Token): Body {
  const group = token.group!;
  const span = build.problems.span(group.open.startOffset, group.end);
  return { statements: build.contents('statement', group), span };
}

/** An empty body at `at`, in place of one that is missing. */
export function emptyBody(problems: Build['problems'], at: number): Body {
  return { statements: [], span: problems.span(at, at) };
}
