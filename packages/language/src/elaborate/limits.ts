/**
 * The limits that keep every elaboration finite, whatever the text: nodes and loop turns of a program, calls in calls. (Nesting in the
 * text itself is the parser's to bound.) A limit that is passed stops the program under elaboration: it is reported once, and from then on
 * every evaluation gives poison at once.
 */

export const limits = {
  /** Nodes of one program's graph. */
  nodes: 1_000_000,
  /** Loop turns and calls of blocks of one program. */
  turns: 1_000_000,
  /** Expressions evaluated for one program, a list's elements included: bounds what many turns of a long body cost. */
  steps: 50_000_000,
  /** Calls in calls. */
  recursion: 256,
  /** Expressions around one another over all calls that are open: what surely fits the stack of JavaScript. */
  depth: 3_000,
  /** Elements of one list, nested ones included. */
  listElements: 1_000_000,
  /** Lists in lists. */
  listDepth: 64,
  /** Characters of one text. */
  textLength: 100_000,
} as const;

export type LimitCode = 'node-limit' | 'loop-limit' | 'recursion-limit' | 'depth-limit';

/** What a program has used so far. */
export class Budget {
  #turns = 0;
  #steps = 0;
  depth = 0;
  calls = 0;
  /** Set when a limit was passed: nothing more is evaluated. */
  stopped = false;

  /** Enters one expression or statement; gives the limit that this passes. */
  enter(): LimitCode | undefined {
    this.#steps++;
    this.depth++;
    if (this.#steps > limits.steps) return 'loop-limit';
    return this.depth > limits.depth ? 'depth-limit' : undefined;
  }

  /** The graph has grown to so many nodes. */
  nodes(count: number): LimitCode | undefined {
    return count > limits.nodes ? 'node-limit' : undefined;
  }

  leave(): void {
    this.depth--;
  }

  /** One loop turn or one call. */
  turn(): LimitCode | undefined {
    return ++this.#turns > limits.turns ? 'loop-limit' : undefined;
  }

  enterCall(): LimitCode | undefined {
    return ++this.calls > limits.recursion ? 'recursion-limit' : this.turn();
  }

  leaveCall(): void {
    this.calls--;
  }

  /** Work in proportion to a list's length. */
  spend(steps: number): LimitCode | undefined {
    this.#steps += steps;
    return this.#steps > limits.steps ? 'loop-limit' : undefined;
  }
}
