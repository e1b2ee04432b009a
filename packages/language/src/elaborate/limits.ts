/**
 * The limits that keep every elaboration finite, whatever the text: the number of nodes and loop turns of a program, and the nesting of
 * calls. (The parser limits the nesting of the text itself.) A limit that is passed stops the program under elaboration: it is reported
 * once, and from then on every evaluation gives poison at once.
 */

export const limits = {
  /** The number of nodes in the graph of one program. */
  nodes: 200_000,
  /** The number of loop turns and calls of blocks in one program. */
  turns: 1_000_000,
  /** The number of expressions that are evaluated for one program, which limits the cost of many turns of a long body. */
  steps: 20_000_000,
  /** The depth of calls in calls. */
  recursion: 256,
  /** The number of elements of one list, including those of nested lists. */
  listElements: 1_000_000,
  /** The depth of lists in lists. */
  listDepth: 64,
  /** The number of characters of one text. */
  textLength: 100_000,
  /** The number of files of one program, including imported ones. */
  files: 10_000,
} as const;

export type LimitCode = 'node-limit' | 'loop-limit' | 'recursion-limit';

/** What a program has used so far. */
export class Budget {
  #turns = 0;
  #steps = 0;
  calls = 0;
  /** Set when a limit was exceeded. From then on nothing more is evaluated. */
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
