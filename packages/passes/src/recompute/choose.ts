/**
 * Which values to compute again. Every plan is costed by what it really leads to: the graph with its copies, in order, its peak.
 *
 * A plan is made from two numbers: a budget that cuts the early nodes into segments (cuts.ts), and a price, in cycles for each byte of a
 * value, up to which values inside segments are dropped. With a low price only sums, activations and the like are computed again
 * and contractions are kept; with an infinite price and a budget about the square root of all, this is Chen's algorithm.
 *
 * - `sqrt`: the budget alone is tried out, no price.
 * - `auto`: of all plans that add at most a third to the cycles, the one with the lowest peak.
 * - a number of bytes: of all plans whose peak is no higher, the one with the fewest cycles; the lowest peak if there is none.
 *
 * Then, but for `sqrt`, values are kept again, the dearest first, as long as the peak stays where it was (or below the target).
 */
import type { Flow } from '../memory/flow.ts';
import { buffersOf, packedBytes } from '../memory/pack.ts';
import { type Usage, usageOf } from '../memory/usage.ts';
import { frontiersOf, keptBySegments } from './cuts.ts';
import { type Replicated, replicate } from './replicas.ts';
import { type Crossing, turnOf } from './turn.ts';

/** Which values may be computed again; a number is the bytes that whole tensors should take at most at the peak. */
export type Recompute = 'none' | 'sqrt' | 'auto' | number;

export interface ReplicaPlan extends Replicated {
  readonly dropped: Uint8Array;
  readonly usage: Usage;
  /** The estimated cycles of all copies together. */
  readonly extraCycles: number;
}

/** What `auto` may add to the cycles, as a share. */
const mostExtra = 1 / 3;
/** So many budgets and prices are tried. */
const budgetSteps = 14;
const priceSteps = 8;
/** At most so many plans are costed while values are kept again. */
const mostTrials = 120;

interface Choice {
  readonly flow: Flow;
  readonly turn: Crossing;
  readonly cycles: Float64Array;
  /** 1 per value that may be dropped. */
  readonly open: Uint8Array;
}

/** The best plan, or undefined if none is better than no copies. `pure`: 1 per node that gives the same when it runs again. */
export function chooseReplicas(
  flow: Flow,
  order: readonly number[],
  cycles: Float64Array,
  pure: Uint8Array,
  mode: Recompute,
): ReplicaPlan | undefined {
  const usage = usageOf(flow, order);
  if (mode === 'none' || (typeof mode === 'number' && usage.peakBytes <= mode)) return undefined;
  const turn = turnOf(flow, order, usage);
  const open = Uint8Array.from(flow.bytes, (bytes, node) =>
    turn.early[node] === 1 && bytes > 0 && flow.lasts[node] === 0 && pure[node] === 1 ? 1 : 0,
  );
  const choice: Choice = { flow, turn, cycles, open };
  const total = cycles.reduce((a, b) => a + b, 0);
  const plan = mode === 'sqrt' ? byRoot(choice) : byPrice(choice, mode, total);
  if (plan === undefined) return undefined;
  const [without, with_] = [{ flow, order, usage }, plan].map(each =>
    packedBytes(buffersOf(each.flow, each.order, each.usage)),
  );
  return with_ < without ? plan : undefined;
}

/** The plan for `sqrt`, after Chen et al.: only the budget varies, and the allocator's real placements decide. */
function byRoot(choice: Choice): ReplicaPlan | undefined {
  let best: ReplicaPlan | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const budget of budgetsOf(choice)) {
    const plan = planOf(choice, budget, Number.POSITIVE_INFINITY);
    const bytes = packedBytes(buffersOf(plan.flow, plan.order, plan.usage));
    if (bytes >= least) continue;
    best = plan;
    least = bytes;
  }
  return best;
}

function byPrice(choice: Choice, mode: 'auto' | number, total: number): ReplicaPlan | undefined {
  const better = typeof mode === 'number' ? cheaperBelow(mode) : lowerWithin(total * mostExtra);
  let best: ReplicaPlan | undefined;
  for (const budget of [Number.POSITIVE_INFINITY, ...budgetsOf(choice)]) {
    for (const price of pricesOf(choice)) {
      const plan = planOf(choice, budget, price);
      if (better(plan, best)) best = plan;
    }
  }
  if (best === undefined) return undefined;
  return keepAgain(
    choice,
    best,
    typeof mode === 'number' ? Math.max(mode, best.usage.peakBytes) : best.usage.peakBytes,
  );
}

type Better = (plan: ReplicaPlan, than: ReplicaPlan | undefined) => boolean;

function lowerWithin(mostCycles: number): Better {
  return (plan, than) => {
    if (plan.extraCycles > mostCycles) return false;
    if (than === undefined || plan.usage.peakBytes < than.usage.peakBytes) return true;
    return plan.usage.peakBytes === than.usage.peakBytes && plan.extraCycles < than.extraCycles;
  };
}

function cheaperBelow(target: number): Better {
  return (plan, than) => {
    if (than === undefined) return true;
    const [fits, fitted] = [plan, than].map(({ usage }) => usage.peakBytes <= target);
    if (fits !== fitted) return fits;
    return fits ? plan.extraCycles < than.extraCycles : plan.usage.peakBytes < than.usage.peakBytes;
  };
}

/** Budgets from an eighth to eight times the root of: all bytes that cross the turn, times the largest value among them. */
function budgetsOf({ flow, turn }: Choice): readonly number[] {
  let crossing = 0;
  let largest = 0;
  turn.crosses.forEach((crosses, node) => {
    if (crosses === 0) return;
    crossing += flow.bytes[node];
    largest = Math.max(largest, flow.bytes[node]);
  });
  const root = Math.sqrt(crossing * largest);
  return Array.from({ length: budgetSteps }, (_, i) => root * 8 ** ((2 * i) / (budgetSteps - 1) - 1));
}

/** Quantiles of the prices of what may be dropped, and no limit. */
function pricesOf({ flow, cycles, open }: Choice): readonly number[] {
  const prices = [...open.keys()].filter(node => open[node] === 1).map(node => cycles[node] / flow.bytes[node]);
  const distinctPrices = [...new Set(prices)].sort((a, b) => a - b);
  const chosen = Array.from(
    { length: priceSteps },
    (_, i) => distinctPrices[Math.floor((i * (distinctPrices.length - 1)) / (priceSteps - 1))],
  );
  return [...new Set([...chosen, Number.POSITIVE_INFINITY])].filter(price => price !== undefined);
}

function planOf(choice: Choice, budget: number, price: number): ReplicaPlan {
  const { flow, turn, cycles, open } = choice;
  const kept = Number.isFinite(budget)
    ? keptBySegments(flow, turn, frontiersOf(flow, turn), budget)
    : new Uint8Array(flow.bytes.length);
  const dropped = open.map((may, node) =>
    may === 1 && kept[node] === 0 && cycles[node] <= price * flow.bytes[node] ? 1 : 0,
  );
  return costed(choice, dropped);
}

function costed({ flow, turn, cycles }: Choice, dropped: Uint8Array): ReplicaPlan {
  const replicated = replicate(flow, turn, dropped);
  const extraCycles = replicated.copied.reduce((sum, node) => sum + cycles[node], 0);
  return { ...replicated, dropped, usage: usageOf(replicated.flow, replicated.order), extraCycles };
}

/** Keeps copied values after all, the dearest first, wherever the peak stays below `limit`. */
function keepAgain(choice: Choice, plan: ReplicaPlan, limit: number): ReplicaPlan {
  const dearest = plan.copied
    .filter(node => plan.dropped[node] === 1)
    .sort((a, b) => choice.cycles[b] - choice.cycles[a] || a - b);
  for (const node of dearest.slice(0, mostTrials)) {
    const dropped = plan.dropped.slice();
    dropped[node] = 0;
    const trial = costed(choice, dropped);
    if (trial.usage.peakBytes <= limit && trial.extraCycles < plan.extraCycles) plan = trial;
  }
  return plan;
}
