/**
 * The one way in: a problem and options in, a placement or the reason why there is none out.
 *
 * Before: every buffer is well formed (`checkProblem` for problems from outside; else an `InternalError` names the first that is not).
 * After: the placement obeys every rule of `verifyPlacement`, save the capacity where the status says so. The input is not touched,
 * and the same input gives the same placement everywhere.
 *
 * 1. Buffers that pairs tie together become one block; two that exclude each other end it.
 * 2. Blocks with a fixed offset are entered as they are.
 * 3. Blocks that are live at all times (weights) come first, stacked from 0: they only lift the rest.
 * 4. The rest comes in the strategy's order, each at the lowest offset free during its whole life.
 */
import { type Block, blocksOf, offsetsOf } from './blocks.ts';
import { boundOf, type LowerBound } from './bound.ts';
import { leastHeight, searchable, searchBelow } from './exact/least.ts';
import type { SearchOptions } from './exact/portfolio.ts';
import { type GreedyPlan, greedyPlan, heightOf } from './greedy.ts';
import { byArea, byBreadth, bySize, byStart, type Order } from './order.ts';
import { type PieceTable, tableOf } from './piece-table.ts';
import { assertWellFormed, type Problem } from './problem.ts';

/** Offsets by the buffer's index in the problem. */
export interface Placement {
  readonly offsets: Float64Array;
  /** The highest end of any buffer. */
  readonly height: number;
}

export type Allocation =
  /**
   * Everything is placed, within the capacity. `isLeast`: no placement is lower, proven by the bound or by search. `nodes`: how many
   * placements of single blocks the search tried.
   */
  | {
      readonly status: 'placed';
      readonly placement: Placement;
      readonly bound: LowerBound;
      readonly isLeast: boolean;
      readonly nodes: number;
    }
  /** The placement obeys every rule but the capacity. `proven`: no other fits either; else more search might find one. */
  | {
      readonly status: 'too-high';
      readonly placement: Placement;
      readonly bound: LowerBound;
      readonly proven: boolean;
      readonly nodes: number;
    }
  /**
   * No placement exists, whatever the capacity: where their fixed offsets, pairs or alignments put them, these two lie over each other,
   * or at two places. Indices.
   */
  | { readonly status: 'conflict'; readonly first: number; readonly second: number };

export interface AllocateOptions {
  /** Default: `greedy-by-size`. */
  readonly strategy?: Strategy;
  /**
   * How many placements of single blocks the strategy `exact` may try: the result depends on nothing else. One way through a problem
   * takes as many as it has buffers. Default 20,000, or 8 a buffer: mostly some hundredths of a second; 0, which is as `best-greedy`, for
   * more than 20,000 buffers.
   */
  readonly nodes?: number;
  /**
   * Asked now and then, from the beginning: once it says true, it ends with the best so far, the first greedy placement at least. For a
   * clock, or to cancel.
   */
  readonly isOver?: () => boolean;
  /** Rules and rankings of the search: to see what each is worth. */
  readonly search?: SearchOptions;
}

/**
 * How places are found; `separate` gives every buffer a place of its own (the naive plan, for comparison), `best-greedy` tries all the
 * greedy ones and keeps the lowest. `exact` starts from there: with a capacity it searches for a placement that fits, or for a proof that
 * there is none; without, for the lowest. It is anytime: what the budget does not allow is left at the best so far.
 */
export type Strategy = GreedyStrategy | 'best-greedy' | 'exact' | 'separate';
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
  'exact',
  'separate',
];

/** Under 1 ms for 1,000 buffers that live for a while each, 2 ms where nearly all live together: O(n²) then, with a small constant. */
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
  /** No placement is lower. */
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

/** The same blocks, each taking all of its extent from the first moment to the last. */
function allAtOnce(blocks: readonly Block[]): readonly Block[] {
  return blocks.map(block => ({
    ...block,
    pieces: block.pieces.slice(0, 1).map(() => ({ lower: 0, upper: 1, low: 0, high: block.extent })),
  }));
}

/** A step looks at all buffers that are left: very many of them are left to the greedy strategies. */
function defaultNodes(blocks: number): number {
  return blocks > 20_000 ? 0 : Math.max(20_000, 8 * blocks);
}
