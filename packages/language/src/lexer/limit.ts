/** The limit of nesting, which keeps every later walk over the tree within the stack. */
import type { Problems } from '../problems.ts';
import type { Token } from './tokens.ts';

/** How deep brackets, signs, powers and whatever else nests in one another may be nested. */
export const nestingLimit = 500;

/** How deep strings may stand in one another: each level reads all of what is in it once more. */
export const stringNestingLimit = 32;

/** How many operators, calls and indices one expression may have, those in brackets apart. */
export const operatorLimit = 5_000;

/** How long a text may be: weights and tables belong into files of their own. */
export const sourceLimits = {
  characters: 4 * 2 ** 20,
  /** Words, numbers, strings and marks, without commas and line breaks: how a text is laid out does not matter. */
  tokens: 250_000,
} as const;

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
