/** The limit of nesting, which keeps every later walk over the tree within the stack. */
import type { Problems } from '../problems.ts';
import type { Token } from './tokens.ts';

/** How deep brackets, operators and whatever else nests in one another may be nested. */
export const nestingLimit = 500;

/** Says once a file that it is nested too deep. */
export class LimitReport {
  private reported = false;

  report(problems: Problems, token: Token, message = `this is nested more than ${nestingLimit} levels deep`): void {
    if (this.reported) return;
    this.reported = true;
    const { startOffset: start, image } = token.group?.open ?? token;
    const span = problems.span(start, start + image.length);
    problems.error('nesting-limit', span, message, { help: 'name a part of it with `let`, or make it a block' });
  }
}
