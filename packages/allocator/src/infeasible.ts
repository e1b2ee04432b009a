/**
 * Why nothing fits: a set of buffers that cannot be placed within the capacity, though without any one of them the others can. These are
 * the buffers that a message should name.
 *
 * 1. Begin with what is live at one moment, if that alone is more than the capacity; otherwise with all buffers, once the search has
 *    proven that they do not fit.
 * 2. Leave out a half, then quarters, and so on to single buffers, the smallest first, wherever the others are still proven not to fit.
 *
 * A buffer that was kept is needed among those that were left then, and so among the fewer that are left in the end. Therefore one pass
 * over the single buffers is enough (a *deletion filter*; Chinneck and Dravnieks 1991).
 */

import { assertThat } from '@tessera-dnn/diagnostics';
import { type Allocation, allocate } from './allocate.ts';
import { lowerBound } from './bound.ts';
import type { Buffer, Problem } from './problem.ts';

/** Buffers that cannot be placed together. */
export interface InfeasibleSubset {
  /** Indices, ascending. */
  readonly buffers: readonly number[];
  /** A time at which all of them are live, if their sizes alone add up to more than the capacity; otherwise absent. */
  readonly time?: number;
  /** Whether it is proven that without any one of them the others fit; if not, the budget did not suffice to try all. */
  readonly isIrreducible: boolean;
}

/** How long `infeasibleSubset` may search. */
export interface SubsetBudget {
  /** How many placements of single blocks all searches together may try; 200,000 by default. */
  readonly nodes?: number;
  readonly isOver?: () => boolean;
}

/**
 * Buffers that cannot be placed within the capacity, as few as possible; `undefined` if the problem fits, or if it is not proven within
 * the budget that it does not. A pair counts only where both its buffers are there. Throws an `InternalError` for a problem without
 * capacity.
 */
export function infeasibleSubset(problem: Problem, budget: SubsetBudget = {}): InfeasibleSubset | undefined {
  assertThat(problem.capacity !== undefined, 'infeasibleSubset', 'a problem without capacity fits');
  const { buffers, pairs, capacity } = problem;
  const trial = new Trial(problem, budget);
  const bound = lowerBound(buffers, pairs);
  const isSum = bound.size > capacity && bound.size < Number.POSITIVE_INFINITY;
  const all = [...buffers.keys()];
  const live = isSum ? all.filter(i => buffers[i].lower <= bound.time && bound.time < buffers[i].upper) : all;
  // The bound may come from the end of a fixed buffer, or from alignment: then what is live at that moment may fit by itself.
  const start = trial.outcome(live) === 'infeasible' ? live : all;
  if (start === all && trial.outcome(all) !== 'infeasible') return undefined;
  const kept = trial.reduce(start);
  const isAtOnce =
    start === live &&
    isSum &&
    isTooMuch(
      kept.map(i => buffers[i]),
      capacity,
    );
  return {
    buffers: kept.toSorted((a, b) => a - b),
    ...(isAtOnce ? { time: bound.time } : {}),
    isIrreducible: trial.isIrreducible,
  };
}

function isTooMuch(buffers: readonly Buffer[], capacity: number): boolean {
  return buffers.reduce((sum, { size }) => sum + size, 0) > capacity;
}

/** Tries subsets of the buffers, all within one budget. */
class Trial {
  readonly #problem: Problem;
  readonly #isOver: () => boolean;
  #nodes: number;
  isIrreducible = true;

  constructor(problem: Problem, { nodes = 200_000, isOver = () => false }: SubsetBudget) {
    this.#problem = problem;
    this.#nodes = nodes;
    this.#isOver = isOver;
  }

  outcome(indices: readonly number[]): 'fits' | 'infeasible' | 'unknown' {
    const nodes = Math.ceil(this.#nodes / 4);
    const allocation = allocate(restricted(this.#problem, indices), { strategy: 'exact', nodes, isOver: this.#isOver });
    this.#nodes -= nodesOf(allocation);
    if (allocation.status === 'conflict') return 'infeasible';
    if (allocation.status === 'placed') return 'fits';
    return allocation.proven ? 'infeasible' : 'unknown';
  }

  /** Leaves out what it can of `indices`, which must be proven not to fit. */
  reduce(indices: readonly number[]): readonly number[] {
    const { buffers } = this.#problem;
    let kept = indices.toSorted((a, b) => buffers[a].size - buffers[b].size || a - b);
    for (let chunk = kept.length >> 1; chunk >= 1; chunk = chunk === 1 ? 0 : (chunk + 1) >> 1) {
      for (let from = 0; from < kept.length && !this.#isOver(); ) {
        const without = [...kept.slice(0, from), ...kept.slice(from + chunk)];
        const outcome = without.length === 0 ? 'fits' : this.outcome(without);
        if (outcome === 'infeasible') kept = without;
        else from += chunk;
        if (outcome === 'unknown' && chunk === 1) this.isIrreducible = false;
      }
    }
    if (this.#isOver()) this.isIrreducible = false;
    return kept;
  }
}

function nodesOf(allocation: Allocation): number {
  return allocation.status === 'conflict' ? 0 : allocation.nodes;
}

function restricted({ buffers, pairs = [], capacity }: Problem, indices: readonly number[]): Problem {
  const newIndex = new Map(indices.map((index, i) => [index, i]));
  const tied = pairs.flatMap(({ first, second, distance }) => {
    const [one, other] = [newIndex.get(first), newIndex.get(second)];
    return one === undefined || other === undefined ? [] : [{ first: one, second: other, distance }];
  });
  return { buffers: indices.map(i => buffers[i]), pairs: tied, ...(capacity === undefined ? {} : { capacity }) };
}
