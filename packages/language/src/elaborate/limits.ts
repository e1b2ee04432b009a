/**
 * The limits that keep every elaboration finite, whatever the text: nodes and loop turns of a program, calls in calls. (Nesting in the
 * text itself is the parser's to bound.) A limit that is passed stops the program under elaboration: it is reported once, and from then on
 * every evaluation gives poison at once.
 */

export const limits = {
  /** Nodes of one program's graph. */
  nodes: 200_000,
  /** Loop turns and calls of blocks of one program. */
  turns: 1_000_000,
  /** Expressions evaluated for one program: bounds what many turns of a long body cost. */
  steps: 20_000_000,
  /** Calls in calls. */
  recursion: 256,
  /** Elements of one list, nested ones included. */
  listElements: 1_000_000,
  /** Lists in lists. */
  listDepth: 64,
  /** Characters of one text. */
  textLength: 100_000,
  /** Files of one program, imported ones included. */
  files: 10_000,
} as const;

export type LimitCode = 'node-limit' | 'loop-limit' | 'recursion-limit';

/** What a program has used so far. */
export class Budget {
  #turns = 0;
  #steps = 0;
  calls = 0;
  /** Set when a limit was passed: nothing more is evaluated. */
  stopped = false;

  /** The graph has grown to so many nodes. */
  nodes(count: number): LimitCode | undefined {
    return count > limits.nodes ? 'node-limit' : undefined;
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

  /** Evaluates one expression. */
  step(): LimitCode | undefined {
    return ++this.#steps > limits.steps ? 'loop-limit' : undefined;
  }

  /** Copies so many elements of lists or characters of texts, which are far cheaper than expressions. */
  copy(count: number): LimitCode | undefined {
    this.#steps += count / 8;
    return this.#steps > limits.steps ? 'loop-limit' : undefined;
  }
}
