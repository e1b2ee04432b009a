/**
 * Where a program turns: the moment at which most bytes merely wait for later readers. In training that is between the forward and the
 * backward pass, but nothing here knows of either.
 */
import type { Flow } from '../memory/flow.ts';
import type { Usage } from '../memory/usage.ts';
import type { Turn } from './replicas.ts';

export interface Crossing extends Turn {
  /** 1 per value that is made before the turn and read after it, unless it is needed to the end in any case. */
  readonly crosses: Uint8Array;
}

/** The turn of a program that runs in this order: which nodes come before it, and which values wait across it. */
export function turnOf(flow: Flow, order: readonly number[], usage: Usage): Crossing {
  const turn = busiestWait(flow, order, usage);
  const early = new Uint8Array(flow.bytes.length);
  const crosses = new Uint8Array(flow.bytes.length);
  order.slice(0, turn + 1).forEach(node => {
    early[node] = 1;
    const ends = usage.diesAt[node];
    if (ends > turn && flow.lasts[node] === 0 && usage.held[node] > 0) crosses[node] = 1;
  });
  return { order, early, crosses };
}

/** The first step with most bytes that are live and not touched by it. */
function busiestWait(flow: Flow, order: readonly number[], usage: Usage): number {
  let best = 0;
  let most = -1;
  order.forEach((node, step) => {
    const touched = flow.reads[node].reduce((sum, value) => sum + usage.held[value], 0);
    const waits = usage.before[step] - touched;
    if (waits <= most) return;
    most = waits;
    best = step;
  });
  return best;
}
