/**
 * The entry point: takes a problem and options, and gives a placement or the reason why there is none.
 *
 * Before: every buffer is well formed (`checkProblem` for problems from outside; else an `InternalError` names the first that is not).
 * After: the placement obeys every rule of `verifyPlacement`, save the capacity where the status says so. The input is not touched,
 * and the same input gives the same placement everywhere.
 *
 * 1. Buffers that are tied by pairs become one block. If two of them exclude each other, that is the result.
 * 2. Blocks with a fixed offset are placed there.
 * 3. Blocks that are live at all times (weights) are stacked from 0, where they only lift all others.
 * 4. The others are placed in the strategy's order, each at the lowest offset that is free during its whole life.
 */
import { type Block, blocksOf, offsetsOf } from './blocks.ts';
import { boundOf, type LowerBound } from './bound.ts';
import { leastHeight, searchable, searchBelow } from './exact/least.ts';
import type { SearchOptions } from './exact/portfolio.ts';
import { type GreedyPlan, greedyPlan, heightOf } from './greedy.ts';
import { byArea, byBreadth, bySize, byStart, type Order } from './order.ts';
import { type PieceTable, tableOf } from './piece-table.ts';
import { assertWellFormed, type Problem } from './problem.ts';

/** The offset of each buffer, by its index in the problem. */
export interface Placement {
  readonly offsets: Float64Array;
  /** The highest end of any buffer. */
  readonly height: number;
}

/** What became of a problem. */
export type Allocation =
  /**
   * Everything is placed, within the capacity. `isLeast` says that no placement is lower, which the bound or the search has proven.
   * `nodes` is how many placements of single blocks the search has tried.
   */
  | {
      readonly status: 'placed';
      readonly placement: Placement;
      readonly bound: LowerBound;
      readonly isLeast: boolean;
      readonly nodes: number;
    }
  /** The placement obeys every rule but the capacity. `proven` says that no other fits either; without it, more search might find one. */
  | {
      readonly status: 'too-high';
      readonly placement: Placement;
      readonly bound: LowerBound;
      readonly proven: boolean;
      readonly nodes: number;
    }
  /**
   * No placement exists, whatever the capacity: the fixed offsets, pairs and alignments of these two buffers (by index) contradict each
   * other, or put one over the other.
   */
  | { readonly status: 'conflict'; readonly first: number; readonly second: number };

/** How to place, and how long to search. */
export interface AllocateOptions {
  /** Default: `greedy-by-size`. */
  readonly strategy?: Strategy;
  /**
   * How many placements of single blocks the strategy `exact` may try; the result depends on no clock. One solution takes as many as
   * there are buffers. The default is the larger of 20,000 and 8 for each buffer, mostly some hundredths of a second; for more than
   * 20,000 buffers it is 0, which makes `exact` the same as `best-greedy`.
   */
  readonly nodes?: number;
  /**
   * For a clock, or to cancel: it is asked now and then, from the beginning. Once it returns true, the best placement so far is the
   * result, which is at least the first greedy one.
   */
  readonly isOver?: () => boolean;
  /** Which rules and rankings the search uses, for measuring what each is worth. */
  readonly search?: SearchOptions;
}

/**
 * How offsets are found. `separate` gives every buffer addresses of its own (the naive plan, for comparison); `best-greedy` tries all
 * greedy strategies and keeps the lowest result. `exact` starts from that: with a capacity it searches for a placement that fits, or for
 * a proof that there is none; without a capacity it searches for the lowest. When its budget is used up it gives the best found so far.
 */
export type Strategy = GreedyStrategy | 'best-greedy' | 'exact' | 'separate';
/** The strategies that place one block after the other, by the order in which they take them. */
export type GreedyStrategy = 'greedy-by-size' | 'greedy-by-breadth' | 'greedy-by-area' | 'first-fit';

const orders: { readonly [name in GreedyStrategy]: Order } = {
  'greedy-by-size': bySize,
  'greedy-by-breadth': byBreadth,
  'greedy-by-area': byArea,
  'first-fit': byStart,
};

/** The names of all strategies. */
export const strategies: readonly Strategy[] = [
  ...(Object.keys(orders) as GreedyStrategy[]),
  'best-greedy',
  'exact',
  'separate',
];

/**
 * Places the buffers of `problem`. Throws an `InternalError` that names the first buffer or pair that is not well formed. The greedy
 * strategies take under 1 ms for 1,000 buffers with short lives, and 2 ms if nearly all live together: then O(n²), with a small constant.
 */
export function allocate(problem: Problem, options: AllocateOptions = {}): Allocation {
  assertWellFormed(problem, 'allocate');
  const { capacity = Number.POSITIVE_INFINITY } = problem;
  const made = blocksOf(problem);
  if ('conflict' in made) return { status: 'conflict', ...made.conflict };
  const { blocks } = made;
  const table = tableOf(blocks);
  const bound = boundOf(blocks, table);
  const strategy = options.strategy ?? 'greedy-by-size';
  const greedy = place(blocks, table, strategy === 'exact' ? 'best-greedy' : strategy, bound.size, options.isOver);
  const found =
    strategy === 'exact'
      ? improve(blocks, greedy, bound.size, problem.capacity, options)
      : { bases: greedy, nodes: 0, proven: bound.size };
  const height = heightOf(blocks, found.bases);
  const result = { placement: { offsets: offsetsOf(blocks, found.bases), height }, bound, nodes: found.nodes };
  if (height <= capacity) return { status: 'placed', ...result, isLeast: height === found.proven };
  return { status: 'too-high', ...result, proven: found.proven > capacity };
}

interface Improved {
  readonly bases: Float64Array;
  readonly nodes: number;
  /** It is proven that no placement is lower than this. */
  readonly proven: number;
}

function improve(
  blocks: readonly Block[],
  greedy: Float64Array,
  bound: number,
  capacity: number | undefined,
  { nodes = defaultNodes(blocks.length), isOver = () => false, search = {} }: AllocateOptions,
): Improved {
  const height = heightOf(blocks, greedy);
  const asItIs = { bases: greedy, nodes: 0, proven: bound };
  if (nodes === 0 || height <= (capacity ?? bound) || bound > (capacity ?? bound)) return asItIs;
  const problem = searchable(blocks, isOver);
  if (!problem) return asItIs;
  const meter = { nodes, isOver };
  const charged = () => nodes - meter.nodes;
  if (capacity === undefined) {
    const least = leastHeight(problem, greedy, bound, meter, search);
    return { ...least, nodes: charged() };
  }
  const found = searchBelow(problem, capacity, greedy, meter, search);
  if (found.status === 'solved') return { bases: found.bases, nodes: charged(), proven: bound };
  return { bases: greedy, nodes: charged(), proven: found.status === 'infeasible' ? capacity + 1 : bound };
}

function place(
  blocks: readonly Block[],
  table: PieceTable,
  strategy: Exclude<Strategy, 'exact'>,
  bound: number,
  isOver?: () => boolean,
): Float64Array {
  if (strategy === 'separate') {
    const apart = allAtOnce(blocks);
    return greedyPlan(apart, tableOf(apart)).place(bySize);
  }
  const plan = greedyPlan(blocks, table);
  return strategy === 'best-greedy' ? lowest(plan, blocks, bound, isOver) : plan.place(orders[strategy]);
}

function lowest(
  plan: GreedyPlan,
  blocks: readonly Block[],
  bound: number,
  isOver: () => boolean = () => false,
): Float64Array {
  let best: Float64Array | undefined;
  let height = Number.POSITIVE_INFINITY;
  for (const order of Object.values(orders)) {
    if (best && isOver()) break;
    const bases = plan.place(order);
    if (heightOf(blocks, bases) >= height) continue;
    best = bases;
    height = heightOf(blocks, bases);
    if (height <= bound) break;
  }
  return best!;
}

/** The same blocks as if all were live together, each taking its whole extent. */
function allAtOnce(blocks: readonly Block[]): readonly Block[] {
  return blocks.map(block => ({
    ...block,
    pieces: block.pieces.slice(0, 1).map(() => ({ lower: 0, upper: 1, low: 0, high: block.extent })),
  }));
}

/** Each node looks at all blocks that are not placed yet, so that a search with very many of them would come to nothing. */
function defaultNodes(blocks: number): number {
  return blocks > 20_000 ? 0 : Math.max(20_000, 8 * blocks);
}
