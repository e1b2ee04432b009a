/**
 * Splits: how the space of one op is cut over the tiles.
 *
 * For every variant, grids over the result's axes and the summed axes are sampled, the best improved step by step
 * (`candidates.ts`), and all are scored by modelled cycles: the kernel's work on the largest cell, the bytes that cell must receive
 * given where its operands already live, the combining of partial sums, the syncs of the phases it takes, and the price of what it takes
 * of memory and tables. Grids that find an operand or the old value where it lives are candidates too (`followed.ts`). Candidates whose
 * transient memory exceeds the budget lose to those that fit; among themselves they are compared by cycles times bytes.
 *
 * Only few of the thousands of grids must be scored: where the work on the largest cell alone takes as long as all of the best so far, no
 * score can help. So the sample is gone through from its end, the grids of most cells, whose scores rule out nearly all of the others.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Work } from '@tessera-dnn/graph';
import type { Variant } from '@tessera-dnn/graph/op';
import type { Grid } from '../geometry/grid.ts';
import { tileStage } from '../stages.ts';
import { type CuttableAxes, gridOf, largestVolume, neighbours, partOptions, sampleParts } from './candidates.ts';
import type { Split, VariantCost } from './cut.ts';
import { type Cutting, cuttingAs, cuttingInto } from './cutting.ts';
import { followedGrids } from './followed.ts';
import { partAt } from './rounds.ts';
import { type Candidate, leastCycles, type SplitContext, score } from './score.ts';
import { forcedRounds, isBetter, scoreRounds } from './score-rounds.ts';

/** The cheapest split that was found for the work; it is the same on every machine, as nothing is timed or drawn. */
export function chooseSplit(work: Work, context: SplitContext): Chosen {
  const { tiles } = context.chip;
  const search = new Search(context.budgetBytes, candidate => counted(work, candidate, context));
  const followed = followedGrids(work, context);
  for (const variant of work.variants) {
    const axes = cuttableAxes(work, variant, tiles);
    if (tiles === 1 && work.variants.length === 1)
      return { variant, grid: gridOf([], axes), sumParts: 1, anywhere: false };
    for (const grid of followed) {
      const candidate = liesOn(grid, variant) && scored(work, variant, cuttingAs(grid, work), context);
      if (candidate) search.consider(candidate, true);
    }
    const rank = work.context.result.shape.length;
    searchSampled(axes, search, {
      leastCycles: parts => leastCycles(largestVolume(parts, axes), variant, context),
      candidate: (parts, excludes) => scored(work, variant, cuttingInto(parts, axes, rank), context, excludes),
    });
  }
  const chosen = search.best();
  return { ...chosen, ...forced(work, chosen, context), costs: variantCosts(work, chosen, context) };
}

/** The candidate of a cutting: in rounds where these are wanted, and it does not keep within the budget without. */
function scored(
  work: Work,
  variant: Variant,
  cutting: Cutting,
  context: SplitContext,
  excludes?: (leastCycles: number) => boolean,
): Candidate | undefined {
  const { rounds, budgetBytes } = context;
  const atOnce = score(work, variant, cutting, context, excludes);
  if (rounds !== 'where needed' || !atOnce || atOnce.bytes <= budgetBytes) return atOnce;
  const inRounds = scoreRounds(work, variant, cutting, context);
  return inRounds && isBetter(inRounds, atOnce, budgetBytes) ? inRounds : atOnce;
}

/** The candidate with its vertices' cycles as counted on a cell, or on a round's part of one, where they are to be. */
function counted(work: Work, candidate: Candidate, { vertexCycles, sample, chip }: SplitContext): Candidate {
  if (!vertexCycles) return candidate;
  const { variant, cutting, rounds = [] } = candidate;
  const { middle, sumParts } = cutting;
  const { count } = partAt(middle, rounds, new Array<number>(rounds.length).fill(0)) ?? middle;
  const partial = sumParts > 1 || rounds.some(({ axis }) => axis >= work.context.result.shape.length);
  const turns = rounds.reduce((product, { axis, size }) => product * Math.ceil(middle.count[axis] / size), 1);
  const estimated = cutting.points(variant) * sample(variant).pointCycles;
  const vertices = turns * (vertexCycles(variant, { count, partial }) - chip.cycles.vertex);
  return { ...candidate, cycles: candidate.cycles - estimated + vertices };
}

/** The rounds that a split has to have, whatever they cost. */
function forced(work: Work, { variant, grid }: Split, { rounds }: SplitContext): Pick<Split, 'rounds'> {
  if (rounds === undefined || rounds === 'where needed') return {};
  const axes = forcedRounds(work, variant, cuttingAs(grid, work), rounds);
  return axes ? { rounds: axes } : {};
}

/** What is asked of a grid of so many parts per axis, the cheap question first. */
interface Scores {
  /** A bound for these parts: their candidate takes no fewer cycles. */
  readonly leastCycles: (parts: readonly number[]) => number;
  /** Undefined if `excludes` is true of a bound on its cycles, each closer than the one before. */
  readonly candidate: (parts: readonly number[], excludes: (leastCycles: number) => boolean) => Candidate | undefined;
}

/** The best of the sample (of equally good ones the first), improved step by step as long as that makes a new best. */
function searchSampled(axes: CuttableAxes, search: Search, scores: Scores): void {
  let parts = axes.extents.map(() => 1);
  const sampled = search.fork();
  const isHopeless = (least: number) => search.excludes(least) || sampled.excludes(least, 'or equal');
  for (const sample of [...sampleParts(axes)].reverse()) {
    const candidate = isHopeless(scores.leastCycles(sample)) ? undefined : scores.candidate(sample, isHopeless);
    if (candidate && sampled.consider(candidate, false, 'or equal')) parts = sample;
  }
  if (!search.take(sampled)) parts = axes.extents.map(() => 1);
  const seen = new Set<string>();
  for (let better: number[] | undefined = parts; better; ) {
    parts = better;
    better = undefined;
    for (const next of neighbours(parts, axes)) {
      const key = next.join();
      if (seen.has(key) || search.excludes(scores.leastCycles(next))) continue;
      seen.add(key);
      const candidate = scores.candidate(next, least => search.excludes(least));
      if (candidate && search.consider(candidate, false)) better = next;
    }
  }
}

/** A split; `anywhere`: it lies on the first tiles, and nothing is lost if it goes to others. */
export interface Chosen extends Split {
  readonly anywhere: boolean;
}

/** What the kernel of each variant takes, the price of its scratch memory included, if the grid that was chosen is one of the variant's. */
function variantCosts(work: Work, { grid }: Split, context: SplitContext): readonly VariantCost[] {
  const cutting = cuttingAs(grid, work);
  return work.variants
    .filter(variant => liesOn(grid, variant))
    .map(variant => {
      const { scratchBytes } = context.sample(variant);
      return { name: variant.name, cycles: leastCycles(cutting.points(variant), variant, context), scratchBytes };
    });
}

/**
 * The best candidate so far: one that fits the budget beats one that does not; then the one of fewer cycles, or if neither fits, of fewer
 * cycles times bytes: what is ten times as slow has to be ten times as small.
 */
class Search {
  readonly #budgetBytes: number;
  /** What takes too long for all is done for those that seem to be the best. */
  readonly #refine: (candidate: Candidate) => Candidate;
  #best: Candidate | undefined;
  #lent = false;

  constructor(budgetBytes: number, refine: (candidate: Candidate) => Candidate) {
    this.#budgetBytes = budgetBytes;
    this.#refine = refine;
  }

  /** Another search of the same budget that knows no candidate yet. */
  fork(): Search {
    return new Search(this.#budgetBytes, this.#refine);
  }

  /** True if `candidate` is the new best, in a tie only if asked for. `lent`: its grid is an operand's or the old value's. */
  consider(candidate: Candidate, lent: boolean, tie?: 'or equal'): boolean {
    if (!this.#isBest(candidate, tie)) return false;
    const refined = this.#refine(candidate);
    if (refined !== candidate && !this.#isBest(refined, tie)) return false;
    this.#best = refined;
    this.#lent = lent;
    return true;
  }

  #isBest(candidate: Candidate, tie?: 'or equal'): boolean {
    const best = this.#best;
    return !best || (tie ? !this.#beats(best, candidate) : this.#beats(candidate, best));
  }

  /** True if the other's best is the new best. */
  take(other: Search): boolean {
    if (other.#best === undefined || !this.#isBest(other.#best)) return false;
    this.#best = other.#best;
    this.#lent = other.#lent;
    return true;
  }

  /** Whether no candidate of so many cycles or more can be the new best: whatever it takes of memory, the best fits. */
  excludes(leastCycles: number, tie?: 'or equal'): boolean {
    const best = this.#best;
    if (!best || best.bytes > this.#budgetBytes) return false;
    return tie ? leastCycles > best.cycles : leastCycles >= best.cycles;
  }

  best(): Chosen {
    if (!this.#best) throw new InternalError(tileStage.name, 'an op without a single split');
    const { variant, cutting, rounds, bytes, atHome } = this.#best;
    const { sumParts } = cutting;
    const anywhere = !atHome && !this.#lent;
    return { variant, grid: cutting.grid(), sumParts, ...(rounds && { rounds }), bytes, anywhere };
  }

  #beats(a: Candidate, b: Candidate): boolean {
    return isBetter(a, b, this.#budgetBytes);
  }
}

function cuttableAxes(work: Work, variant: Variant, tiles: number): CuttableAxes {
  const { extents } = work.space;
  const quantum = extents.map((_, axis) => variant.quantum?.[axis] ?? 1);
  const options = extents.map((extent, axis) => (mayCut(work, axis) ? partOptions(extent, quantum[axis], tiles) : [1]));
  return { extents, quantum, options, tiles };
}

function mayCut(work: Work, axis: number): boolean {
  const rank = work.context.result.shape.length;
  if (axis >= rank) return work.space.combine[axis - rank] !== undefined;
  return !work.space.whole?.includes(axis);
}

/** Whether a variant may be cut as `grid` is. */
function liesOn({ cuts }: Grid, { quantum }: Variant): boolean {
  return cuts.every((boundaries, axis) => {
    const step = quantum?.[axis] ?? 1;
    return step === 1 || boundaries.every((cut, i) => cut % step === 0 || i === boundaries.length - 1);
  });
}
