/** Limits on texts. The limit of nesting makes sure that no later walk over the tree exhausts the stack. */
import type { Problems } from '../problems.ts';
import type { Token } from './tokens.ts';

/** How deep brackets, signs, powers and whatever else nests in one another may be nested. */
export const nestingLimit = 500;

/** How deep strings may be nested in interpolations of strings. Each level reads everything inside it once more. */
export const stringNestingLimit = 32;

/** How many operators, calls and indices one expression may have, without those in brackets. */
export const operatorLimit = 5_000;

/** How long a text may be. Weights and tables belong in files of their own. */
export const sourceLimits = {
  characters: 4 * 2 ** 20,
  /** The number of words, numbers, strings and marks. Commas and line breaks do not count, so that the layout does not matter. */
  tokens: 250_000,
} as const;

/** Reports, once for each file, that it is nested too deeply. */
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
