/**
 * Splits: how the space of one op is cut over the tiles.
 *
 * For every variant, grids over the result's axes and the summed axes are sampled, the best improved step by step
 * (`candidates.ts`), and all are scored by modelled cycles: the kernel's work on the largest cell, the bytes that cell must receive
 * given where its operands already live, the combining of partial sums, and the syncs of the phases it takes. Grids that
 * follow an operand's own cuts are candidates too, so chains of elementwise ops stay where they are. Candidates whose transient memory
 * exceeds the budget lose to those that fit.
 */
import { InternalError } from '@tessera/diagnostics';
import type { Variant } from '@tessera/graph';
import type { Grid } from '../geometry/grid.ts';
import { type CuttableAxes, gridOf, neighbours, partOptions, sampleParts } from './candidates.ts';
import { gridAlong, type Work } from './regions.ts';
import { type Candidate, type Split, type SplitContext, score } from './score.ts';

export function chooseSplit(work: Work, context: SplitContext): Split {
  const { tiles } = context.chip;
  const search = new Search(context.budgetBytes);
  for (const variant of work.variants) {
    const axes = cuttableAxes(work, variant, tiles);
    const consider = (grid: Grid) => search.consider(score(work, variant, grid, context));
    if (tiles === 1 && work.variants.length === 1) return { variant, grid: gridOf([], axes), sumParts: 1 };
    for (const grid of operandGrids(work, context)) consider(grid);
    let parts = axes.extents.map(() => 1);
    for (const sample of sampleParts(axes)) if (consider(gridOf(sample, axes))) parts = sample;
    for (let better: number[] | undefined = parts; better; ) {
      parts = better;
      better = undefined;
      for (const next of neighbours(parts, axes)) if (consider(gridOf(next, axes))) better = next;
    }
  }
  return search.best();
}

/** The best candidate so far: one that fits the budget beats one that does not; then fewer cycles, or bytes if neither fits. */
class Search {
  readonly #budgetBytes: number;
  #best: Candidate | undefined;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** True if `candidate` is the new best. */
  consider(candidate: Candidate): boolean {
    if (this.#best && !this.#beats(candidate, this.#best)) return false;
    this.#best = candidate;
    return true;
  }

  best(): Split {
    if (!this.#best) throw new InternalError('tile', 'an op without a single split');
    return this.#best.split;
  }

  #beats(a: Candidate, b: Candidate): boolean {
    const aFits = a.bytes <= this.#budgetBytes;
    const bFits = b.bytes <= this.#budgetBytes;
    if (aFits !== bFits) return aFits;
    return aFits ? a.cycles < b.cycles : a.bytes < b.bytes;
  }
}

function cuttableAxes(work: Work, variant: Variant, tiles: number): CuttableAxes {
  const { extents } = work.space;
  const quantum = extents.map((_, axis) => variant.quantum?.[axis] ?? 1);
  const options = extents.map((extent, axis) => (mayCut(work, axis) ? partOptions(extent, quantum[axis], tiles) : [1]));
  return { extents, quantum, options, tiles };
}

/**
 * An op that brings new residents and leaves tiles idle is moved to the run of tiles that holds the fewest resident bytes, unless it
 * follows an operand's own grid.
 */
export function balanceTiles(split: Split, homes: SplitContext['homes'], residentBytes: Float64Array): Split {
  const cells = split.grid.tileOf.length;
  const tiles = residentBytes.length;
  if (cells === tiles || homes.some(home => home?.grid === split.grid)) return split;
  let load = 0;
  for (let tile = 0; tile < cells; tile++) load += residentBytes[tile];
  let least = load;
  let base = 0;
  for (let first = 1; first + cells <= tiles; first++) {
    load += residentBytes[first + cells - 1] - residentBytes[first - 1];
    if (load < least) {
      least = load;
      base = first;
    }
  }
  return { ...split, grid: { ...split.grid, tileOf: split.grid.tileOf.map(tile => tile + base) } };
}

/** Grids that operands already have, where this op may be cut the same way, and that of the old value, where sums stay whole. */
function operandGrids(work: Work, context: SplitContext): Grid[] {
  const { extents } = work.space;
  const rank = work.context.result.shape.length;
  const grids = context.homes.flatMap((home, operand) => {
    const shared = home?.where === 'tiles' && home.cellOf.length === context.chip.tiles;
    const grid = shared ? gridAlong(work, operand, home.grid) : undefined;
    return grid && !cutsWholeAxis(work, grid) ? [grid] : [];
  });
  const old = context.old?.grid;
  if (old === undefined || cutsWholeAxis(work, old) || grids.includes(old)) return grids;
  const sums = extents.slice(rank).map(extent => [0, extent]);
  return [...grids, sums.length === 0 ? old : { cuts: [...old.cuts, ...sums], tileOf: old.tileOf }];
}

function cutsWholeAxis(work: Work, grid: Grid): boolean {
  return grid.cuts.some((cuts, axis) => cuts.length > 2 && !mayCut(work, axis));
}

function mayCut(work: Work, axis: number): boolean {
  const rank = work.context.result.shape.length;
  if (axis >= rank) return work.space.combine[axis - rank] !== undefined;
  return !work.space.whole?.includes(axis);
}
