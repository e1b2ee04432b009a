/**
 * The order of a graph with the lowest peak that is found: heuristics first, then exact search in windows around the peak, as long as
 * that helps. A graph that fits one window is ordered optimally. Near-linear, and the same on every machine.
 */
import { type Graph, isLeaf } from '@tessera-dnn/graph';
import type { Flow } from '../memory/flow.ts';
import { type Usage, usageOf } from '../memory/usage.ts';
import { depthFirst, eager, greedy, type Heuristic, lazy } from './heuristics.ts';
import { bestInWindow, widestWindow } from './window.ts';

export interface Schedule {
  /** All nodes but the leaves. */
  readonly order: readonly number[];
  readonly usage: Usage;
}

const then =
  (first: Heuristic, second: Heuristic): Heuristic =>
  (flow, base) =>
    second(flow, first(flow, base));
const asWritten: Heuristic = (_, base) => base;

/** The order as written comes first: nothing moves that does not have to. */
export const heuristics: readonly Heuristic[] = [
  asWritten,
  eager,
  then(lazy, eager),
  then(depthFirst, eager),
  greedy,
  then(greedy, lazy),
];

/** The exact search looks at so many sets of nodes in one window, and in all windows together. */
const statesPerWindow = 4000;
const statesInAll = 400_000;

/** An order whose peak is no higher than that of `base`, the nodes without leaves as they were written. */
export function bestOrder(flow: Flow, base: readonly number[]): Schedule {
  let best: Schedule | undefined;
  for (const heuristic of heuristics) {
    const order = heuristic(flow, base);
    const usage = usageOf(flow, order);
    if (best === undefined || usage.peakBytes < best.usage.peakBytes) best = { order, usage };
  }
  return best === undefined ? { order: base, usage: usageOf(flow, base) } : refine(flow, best);
}

/** All nodes but the leaves, in the order of the graph. */
export function computingNodes(graph: Graph): readonly number[] {
  return graph.nodes.flatMap((node, id) => (isLeaf(node) ? [] : [id]));
}

function refine(flow: Flow, schedule: Schedule): Schedule {
  for (let turn = 0; turn < statesInAll / statesPerWindow; turn++) {
    const better = refinePeak(flow, schedule);
    if (better === undefined) break;
    schedule = better;
  }
  return schedule;
}

/** Tries windows that hold the peak: in their middle, or near either end. */
function refinePeak(flow: Flow, { order, usage }: Schedule): Schedule | undefined {
  const width = Math.min(widestWindow, order.length);
  for (const share of [0.5, 0.85, 0.15]) {
    const from = Math.max(0, Math.min(order.length - width, usage.peakStep - Math.floor(share * width)));
    const better = bestInWindow(flow, order, usage, { from, to: from + width }, statesPerWindow);
    if (better !== undefined) return { order: better, usage: usageOf(flow, better) };
  }
  return undefined;
}
