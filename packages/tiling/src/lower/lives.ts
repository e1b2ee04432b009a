import { type Graph, isLeaf, tensorBytes, type ValueId } from '@tessera-dnn/graph';

/** An estimate of the bytes that are live after each node: results from where they are made to their last reader, views counted as theirs. */
export class Lives {
  readonly #graph: Graph;
  readonly #live: Float64Array;
  readonly #last: Int32Array;

  /** `isView` tells nodes that only give their operands another form: what they read lives as long as they do. */
  constructor(graph: Graph, isView: (value: ValueId) => boolean) {
    this.#graph = graph;
    this.#live = new Float64Array(graph.nodes.length + 1);
    this.#last = Int32Array.from(graph.nodes, (_, value) => value);
    for (const { value } of [...graph.outputs, ...graph.updates]) this.#last[value] = graph.nodes.length;
    for (let reader = graph.nodes.length - 1; reader >= 0; reader--) {
      const until = isView(reader as ValueId) ? this.#last[reader] : reader;
      for (const operand of graph.nodes[reader].operands) this.#last[operand] = Math.max(this.#last[operand], until);
    }
    graph.nodes.forEach((_, value) => {
      if (!isLeaf(graph.nodes[value])) this.#add(value, this.#last[value], this.#bytes(value));
    });
  }

  /** How many of the earliest parts (ascending) are better copied: so that the fewest bytes live at once while whole or parts do. */
  leftOut(whole: ValueId, parts: readonly ValueId[]): number {
    const end = this.#endOf(whole, parts);
    const from = parts[0] ?? whole;
    let best = parts.length;
    let least = this.#most(from, end);
    let joinedEnd = this.#last[whole];
    // One more is joined at a time: the whole then lives from it on, and as long as any.
    for (let left = parts.length - 1; left >= 0; left--) {
      this.#joinBefore(whole, parts[left], parts[left + 1], joinedEnd);
      joinedEnd = Math.max(joinedEnd, this.#last[parts[left]]);
      const most = this.#most(from, end);
      if (most > least) continue;
      least = most;
      best = left;
    }
    this.join(whole, parts, -1);
    return best;
  }

  /** Computes `part` inside `whole` as well, whose other parts begin with `next` and are read until `end`. */
  #joinBefore(whole: ValueId, part: ValueId, next: ValueId | undefined, end: number): void {
    this.#add(part, this.#last[part], -this.#bytes(part));
    this.#add(part, (next ?? whole) - 1, this.#bytes(whole));
    this.#add(end + 1, this.#last[part], this.#bytes(whole));
  }

  /** Computes `parts` inside `whole`, or, with a `sign` of -1, no longer. */
  join(whole: ValueId, parts: readonly ValueId[], sign = 1): void {
    if (parts.length === 0) return;
    for (const part of parts) this.#add(part, this.#last[part], -sign * this.#bytes(part));
    this.#add(parts[0], whole - 1, sign * this.#bytes(whole));
    this.#add(this.#last[whole] + 1, this.#endOf(whole, parts), sign * this.#bytes(whole));
  }

  /** The last reader of any of them. */
  #endOf(whole: ValueId, parts: readonly ValueId[]): number {
    return parts.reduce((end, part) => Math.max(end, this.#last[part]), this.#last[whole]);
  }

  #bytes(value: number): number {
    return tensorBytes(this.#graph.nodes[value].type);
  }

  #add(from: number, to: number, bytes: number): void {
    for (let at = from; at <= to; at++) this.#live[at] += bytes;
  }

  #most(from: number, to: number): number {
    let most = 0;
    for (let at = from; at <= to; at++) most = Math.max(most, this.#live[at]);
    return most;
  }
}
