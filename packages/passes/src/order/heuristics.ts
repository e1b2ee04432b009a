/**
 * Ways to order a graph, each near-linear. All take a legal order of all nodes but the leaves and give another; none is best
 * everywhere.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Flow } from '../memory/flow.ts';
import { Progress } from './progress.ts';
import { PriorityQueue } from './queue.ts';

export type Heuristic = (flow: Flow, base: readonly number[]) => readonly number[];

/**
 * `base`, but whatever does not add to what is live runs as soon as it can: updates once their gradient is there, sums once their parts
 * are. A new value of a variable waits, where it can, until the old one has been read.
 */
export const eager: Heuristic = (flow, base) =>
  listSchedule(flow, base, (progress, node) => (progress.growth(node) <= 0 ? 0 : 1));

/** Always the ready node that adds least to what is live; `base` decides among equals. */
export const greedy: Heuristic = (flow, base) => listSchedule(flow, base, (progress, node) => progress.growth(node));

/** The ready node with the least key first; those that would write over a variable too early come last. */
function listSchedule(
  flow: Flow,
  base: readonly number[],
  keyOf: (progress: Progress, node: number) => number,
): readonly number[] {
  const progress = new Progress(flow);
  const rank = new Int32Array(flow.bytes.length);
  base.forEach((node, at) => {
    rank[node] = at;
  });
  const queue = new PriorityQueue();
  const offer = (node: number) => {
    if (!progress.isReady(node)) return;
    const key = progress.waits(node) ? Number.POSITIVE_INFINITY : keyOf(progress, node);
    queue.add({ node, key, rank: rank[node] });
  };
  for (const node of base) offer(node);
  while (progress.order.length < base.length) {
    const next = queue.take();
    if (next === undefined) throw new InternalError('order', 'nodes that never become ready');
    // Keys only fall: a node that was offered again with a lower key still has an entry with its old key, which is skipped here.
    if (progress.isReady(next.node)) for (const changed of progress.run(next.node)) offer(changed);
  }
  return progress.order;
}

/** `base`, but a node whose result is larger than what dies with it waits until somebody needs that result. */
export const lazy: Heuristic = (flow, base) => {
  const readers = new Int32Array(flow.bytes.length);
  for (const list of flow.reads) for (const value of list) readers[value]++;
  const grows = (node: number) =>
    flow.reads[node].reduce((sum, value) => sum - (readers[value] === 1 ? flow.bytes[value] : 0), flow.bytes[node]) > 0;
  const anchors = base.filter(node => flow.lasts[node] === 1 || !grows(node));
  return onDemand(flow.operands, [...anchors, ...base]);
};

/** From each output backwards, the operand that needs most memory on its way first (Sethi and Ullman 1970, sharing ignored). */
export const depthFirst: Heuristic = (flow, base) => {
  const need = new Float64Array(flow.bytes.length);
  const sorted = [...flow.operands];
  const own = (node: number) => need[node] - flow.bytes[node];
  for (const node of base) {
    sorted[node] = flow.operands[node].toSorted((a, b) => own(b) - own(a) || a - b);
    let held = 0;
    for (const operand of sorted[node]) {
      need[node] = Math.max(need[node], held + need[operand]);
      held += flow.bytes[operand];
    }
    need[node] = Math.max(need[node], held + flow.bytes[node]);
  }
  return onDemand(sorted, [...base.filter(node => flow.lasts[node] === 1), ...base]);
};

/** The nodes in the given order, each with what it still needs just before it; a node may be named twice. */
export function onDemand(operands: readonly (readonly number[])[], nodes: readonly number[]): readonly number[] {
  const order: number[] = [];
  const state = new Uint8Array(operands.length);
  for (const root of nodes) {
    const stack = [root];
    for (let node = root; stack.length > 0; node = stack[stack.length - 1]) {
      const open = state[node] === 0 ? operands[node].filter(operand => state[operand] === 0) : [];
      if (open.length === 0) {
        if (state[node] < 2) order.push(node);
        state[node] = 2;
        stack.pop();
      } else {
        state[node] = 1;
        for (const operand of open.toReversed()) stack.push(operand);
      }
    }
  }
  return order;
}
