/**
 * Why nothing fits: a set of buffers that cannot be placed below the capacity, and as few as can be: without any one of them, the others
 * can. That is what a message should name.
 *
 * 1. If so much is live at one moment that the bound is above the capacity, begin with what is live then, else with everything, once the
 *    search has proven that it does not fit.
 * 2. Leave out a half, quarters, and so on to single buffers, the smallest first, wherever what remains is still proven not to fit.
 *
 * A buffer that stayed was needed among more than stay in the end, so it is needed among those as well: one pass over the single ones is
 * enough (a *deletion filter*; Chinneck and Dravnieks 1991).
 */

import { assertThat } from '@tessera/diagnostics';
import { type Allocation, allocate } from './allocate.ts';
import { lowerBound } from './bound.ts';
import type { Buffer, Problem } from './problem.ts';

export interface InfeasibleSubset {
  /** Indices, ascending. */
  readonly buffers: readonly number[];
  /** All of them are live at this time, and take more than the capacity together; absent where it takes more than a sum to see. */
  readonly time?: number;
  /** Proven that without any one of them the others fit; else the budget did not suffice to try all. */
  readonly isIrreducible: boolean;
}

export interface SubsetBudget {
  /** Placements that the searches may try in all; default 200,000. */
  readonly nodes?: number;
  readonly isOver?: () => boolean;
}

/** `undefined` if the problem fits, or is not proven not to within the budget. Pairs of which one buffer is left out do not count. */
export function infeasibleSubset(problem: Problem, budget: SubsetBudget = {}): InfeasibleSubset | undefined {
  assertThat(problem.capacity !== undefined, 'infeasibleSubset', 'a problem without capacity fits');
  const { buffers, pairs, capacity } = problem;
  const trial = new Trial(problem, budget);
  const bound = lowerBound(buffers, pairs);
  const isSum = bound.size > capacity && bound.size < Number.POSITIVE_INFINITY;
  const all = [...buffers.keys()];
  const live = isSum ? all.filter(i => buffers[i].lower <= bound.time && bound.time < buffers[i].upper) : all;
  // The bound may be a fixed buffer's end, or a height that alignment adds: then the moment alone proves nothing.
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

/** Tries subsets, within one budget. */
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

  /** Before: `indices` are infeasible. */
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
