/**
 * The one way in: a problem and options in, a placement or the reason why there is none out.
 *
 * Before: every buffer is well formed (`checkProblem` for problems from outside; else an `InternalError` names the first that is not).
 * After: the placement obeys every rule of `verifyPlacement`, save the capacity where the status says so. The input is not touched,
 * and the same input gives the same placement everywhere.
 *
 * 1. Buffers with a fixed offset are entered as they are; two that collide end it.
 * 2. Buffers that are live at all times (weights) come first, stacked from 0: they only lift the rest.
 * 3. The rest comes in the strategy's order, each at the lowest offset free during its whole life.
 */
import { type LowerBound, lowerBound } from './bound.ts';
import { Occupied, roundUp } from './occupied.ts';
import { byArea, byBreadth, bySize, byStart, type Order } from './order.ts';
import { assertWellFormed, type Buffer, type Problem } from './problem.ts';
import { type Timeline, timelineOf } from './timeline.ts';

/** Offsets by the buffer's index in the problem. */
export interface Placement {
  readonly offsets: Float64Array;
  /** The highest end of any buffer. */
  readonly height: number;
}

export type Allocation =
  /** Everything is placed, within the capacity. */
  | { readonly status: 'placed'; readonly placement: Placement; readonly bound: LowerBound }
  /** The placement obeys every rule but the capacity. `proven`: no other fits either; else another strategy might find one. */
  | {
      readonly status: 'too-high';
      readonly placement: Placement;
      readonly bound: LowerBound;
      readonly proven: boolean;
    }
  /** Two buffers are fixed over each other: no placement exists. Indices. */
  | { readonly status: 'conflict'; readonly first: number; readonly second: number };

export interface AllocateOptions {
  /** Default: `greedy-by-size`. */
  readonly strategy?: Strategy;
}

/**
 * How places are found; `separate` gives every buffer a place of its own (the naive plan, for comparison), `best-greedy` tries all the
 * greedy ones and keeps the lowest.
 */
export type Strategy = GreedyStrategy | 'best-greedy' | 'separate';
export type GreedyStrategy = 'greedy-by-size' | 'greedy-by-breadth' | 'greedy-by-area' | 'first-fit';

const orders: { readonly [name in GreedyStrategy]: Order } = {
  'greedy-by-size': bySize,
  'greedy-by-breadth': byBreadth,
  'greedy-by-area': byArea,
  'first-fit': byStart,
};

export const strategies: readonly Strategy[] = [
  ...(Object.keys(orders) as GreedyStrategy[]),
  'best-greedy',
  'separate',
];

/** About 1 ms for 1,000 buffers with overlapping lives; O(n²) at worst, with a small constant. */
export function allocate(problem: Problem, options: AllocateOptions = {}): Allocation {
  assertWellFormed(problem, 'allocate');
  const { buffers, capacity = Number.POSITIVE_INFINITY } = problem;
  const conflict = fixedConflict(buffers);
  if (conflict) return conflict;
  const timeline = timelineOf(buffers);
  const bound = lowerBound(buffers, timeline);
  const placement = place(buffers, timeline, options.strategy ?? 'greedy-by-size', bound.size);
  if (placement.height <= capacity) return { status: 'placed', placement, bound };
  return { status: 'too-high', placement, bound, proven: bound.size > capacity };
}

/** Sorted by offset, a fixed buffer can only collide with those that begin below its end. */
function fixedConflict(buffers: readonly Buffer[]): Allocation | undefined {
  const fixed = [...buffers.keys()].filter(i => buffers[i].fixedOffset !== undefined && buffers[i].size > 0);
  fixed.sort((a, b) => buffers[a].fixedOffset! - buffers[b].fixedOffset!);
  for (const [at, i] of fixed.entries()) {
    const top = buffers[i].fixedOffset! + buffers[i].size;
    for (let next = at + 1; next < fixed.length && buffers[fixed[next]].fixedOffset! < top; next++) {
      const j = fixed[next];
      if (buffers[i].lower >= buffers[j].upper || buffers[j].lower >= buffers[i].upper) continue;
      return { status: 'conflict', first: Math.min(i, j), second: Math.max(i, j) };
    }
  }
  return undefined;
}

function place(buffers: readonly Buffer[], timeline: Timeline, strategy: Strategy, bound: number): Placement {
  switch (strategy) {
    case 'separate':
      return placeGreedily(buffers, { ...timeline, ...alwaysLive(buffers.length, timeline.times.length) }, bySize);
    case 'best-greedy':
      return lowest(buffers, timeline, bound);
    default:
      return placeGreedily(buffers, timeline, orders[strategy]);
  }
}

function lowest(buffers: readonly Buffer[], timeline: Timeline, bound: number): Placement {
  let best: Placement | undefined;
  for (const order of Object.values(orders)) {
    const placement = placeGreedily(buffers, timeline, order);
    if (!best || placement.height < best.height) best = placement;
    if (best.height <= bound) break;
  }
  return best!;
}

/** Lives of `count` buffers that are all live at all moments. */
function alwaysLive(count: number, moments: number): Pick<Timeline, 'first' | 'end'> {
  return { first: new Int32Array(count), end: new Int32Array(count).fill(moments) };
}

function placeGreedily(buffers: readonly Buffer[], timeline: Timeline, order: Order): Placement {
  const offsets = new Float64Array(buffers.length).fill(-1);
  const base = buffers.some(buffer => buffer.fixedOffset !== undefined)
    ? 0
    : stackAlwaysLive(buffers, timeline, offsets);
  const occupied = new Occupied(timeline, base);
  for (let i = 0; i < buffers.length; i++) {
    const { fixedOffset, size } = buffers[i];
    if (fixedOffset === undefined) continue;
    offsets[i] = fixedOffset;
    occupied.add(i, fixedOffset, size);
  }
  for (const i of order(buffers, timeline)) {
    if (offsets[i] >= 0) continue;
    const { size, alignment = 1 } = buffers[i];
    offsets[i] = size === 0 ? 0 : occupied.lowestFree(i, size, alignment);
    occupied.add(i, offsets[i], size);
  }
  return { offsets, height: heightOf(buffers, offsets) };
}

/** Gives the buffers that are always live their offsets, the most aligned first so that little is lost between them; returns their end. */
function stackAlwaysLive(buffers: readonly Buffer[], { times, first, end }: Timeline, offsets: Float64Array): number {
  const always = [...buffers.keys()].filter(i => first[i] === 0 && end[i] === times.length);
  always.sort((a, b) => (buffers[b].alignment ?? 1) - (buffers[a].alignment ?? 1) || a - b);
  let top = 0;
  for (const i of always) {
    offsets[i] = roundUp(top, buffers[i].alignment ?? 1);
    top = offsets[i] + buffers[i].size;
  }
  return top;
}

function heightOf(buffers: readonly Buffer[], offsets: Float64Array): number {
  let height = 0;
  for (let i = 0; i < buffers.length; i++) {
    if (buffers[i].size > 0) height = Math.max(height, offsets[i] + buffers[i].size);
  }
  return height;
}
