/**
 * A schedule under construction, node by node: what is ready, what running a node would do to the bytes that are live, and which nodes
 * should wait because they would write over a variable that others still have to read.
 */
import type { Flow } from '../memory/flow.ts';
import { readerCounts } from '../memory/usage.ts';

/** The beginning of a schedule for the nodes of `flow`; nothing has run at first. */
export class Progress {
  readonly order: number[] = [];
  readonly done: Uint8Array;
  readonly #flow: Flow;
  readonly #users: readonly (readonly number[])[];
  readonly #missing: Int32Array;
  /** Other readers of the old value that a new value of a variable waits for. */
  readonly #awaited: Int32Array;
  readonly #awaiting: ReadonlyMap<number, readonly number[]>;
  readonly #left: Int32Array;
  /** Sum of the readers still to come: where one is left, its number. */
  readonly #leftSum: Float64Array;
  readonly #bytes: Float64Array;

  constructor(flow: Flow) {
    const count = flow.bytes.length;
    this.#flow = flow;
    this.done = new Uint8Array(count);
    this.#users = usersOf(flow.operands);
    this.#missing = Int32Array.from(flow.operands, list => list.length);
    this.#awaited = new Int32Array(count);
    this.#awaiting = awaiting(flow, this.#awaited);
    this.#left = readerCounts(flow);
    this.#leftSum = new Float64Array(count);
    flow.reads.forEach((list, node) => {
      for (const value of list) this.#leftSum[value] += node;
    });
    this.#bytes = new Float64Array(count);
  }

  /** Whether all operands are there. */
  isReady(node: number): boolean {
    return this.done[node] === 0 && this.#missing[node] === 0;
  }

  /** Whether it would write over a variable whose old value others have yet to read. */
  waits(node: number): boolean {
    return this.#awaited[node] > 0;
  }

  /** By how many bytes running the node changes what is live afterwards. */
  growth(node: number): number {
    let growth = this.#left[node] > 0 ? this.#ownBytes(node) : 0;
    for (const value of this.#flow.reads[node]) if (this.#left[value] === 1) growth -= this.#bytes[value];
    return growth;
  }

  /** Runs a ready node; gives those whose `isReady`, `waits` or `growth` may have changed. */
  run(node: number): readonly number[] {
    const changed: number[] = [];
    this.#bytes[node] = this.#ownBytes(node);
    this.done[node] = 1;
    this.order.push(node);
    for (const value of this.#flow.reads[node]) {
      this.#left[value]--;
      this.#leftSum[value] -= node;
      if (this.#left[value] === 1 && this.#flow.lasts[value] === 0) changed.push(this.#leftSum[value]);
    }
    for (const user of this.#users[node]) if (--this.#missing[user] === 0) changed.push(user);
    for (const waiting of this.#awaiting.get(node) ?? []) if (--this.#awaited[waiting] === 0) changed.push(waiting);
    return changed;
  }

  #ownBytes(node: number): number {
    return this.#flow.replaces.has(node) && this.#awaited[node] === 0 ? 0 : this.#flow.bytes[node];
  }
}

/** For each node the nodes that read it, ascending; a node that reads it twice is there twice. */
export function usersOf(operands: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const users: number[][] = operands.map(() => []);
  operands.forEach((list, node) => {
    for (const operand of list) users[operand].push(node);
  });
  return users;
}

/** Reader of an old value → the new values that wait for it; counts them in `awaited`. */
function awaiting({ replaces }: Flow, awaited: Int32Array): ReadonlyMap<number, readonly number[]> {
  const result = new Map<number, number[]>();
  for (const [value, readers] of replaces) {
    awaited[value] = readers.length;
    for (const reader of readers) {
      const list = result.get(reader);
      if (list === undefined) result.set(reader, [value]);
      else list.push(value);
    }
  }
  return result;
}
