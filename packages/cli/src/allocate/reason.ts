/** Why there is no placement, in a few lines: a proof with the buffers' names where there is one. */
import {
  type Allocation,
  type InfeasibleSubset,
  infeasibleSubset,
  type Problem,
  type Strategy,
} from '@tessera-dnn/allocator';
import { type Budget, clock } from './budget.ts';

/** How many names are printed at most, and how long to look for a smaller set of buffers. */
const mostNames = 40;
const secondsForSubset = 5;

type Placed = Extract<Allocation, { status: 'placed' }>;

/** A remark if the search for the lowest placement ended before it was proven lowest; undefined otherwise. */
export function remarkOn(
  { capacity }: Problem,
  { placement, bound, isLeast, nodes }: Placed,
  strategy: Strategy,
  { said }: Budget,
): string | undefined {
  if (strategy !== 'exact' || capacity !== undefined || isLeast) return undefined;
  const lowest =
    nodes > 0
      ? `the lowest placement found within ${said}`
      : `within ${said} no search was begun: the lowest greedy placement`;
  return `${lowest} needs ${placement.height}; all need at least ${bound.size}`;
}

type Failure = Exclude<Allocation, { status: 'placed' }>;

/**
 * Why no placement was found, for the standard error. If it is proven that none fits, a short search for the smallest set of buffers that
 * cannot be placed follows.
 */
export function reasonOf(problem: Problem, allocation: Failure, strategy: Strategy, budget: Budget): string {
  const { buffers, capacity } = problem;
  if (allocation.status === 'conflict') {
    const [one, other] = [buffers[allocation.first].id, buffers[allocation.second].id];
    return `infeasible: where they must lie, buffers ${one} and ${other} lie over each other, or at two places`;
  }
  const { placement, bound, proven } = allocation;
  if (!proven) {
    const within = strategy === 'exact' ? ` within ${budget.said}` : '';
    return `no placement found that fits into ${capacity}${within}: the lowest one found needs ${placement.height}, all need at least ${bound.size}`;
  }
  const isLong = clock(secondsForSubset);
  const subset = infeasibleSubset(problem, { nodes: 200_000, isOver: () => budget.isOver() || isLong() });
  const why = `infeasible: no placement fits into ${capacity}; all need at least ${Math.max(bound.size, (capacity ?? 0) + 1)}`;
  return subset ? `${why}\n${subsetText(problem, subset)}` : why;
}

function subsetText({ buffers }: Problem, { buffers: indices, time, isIrreducible }: InfeasibleSubset): string {
  const names = indices.slice(0, mostNames).map(i => buffers[i].id);
  const more = indices.length > names.length ? ` and ${indices.length - names.length} more` : '';
  const sum = indices.reduce((total, i) => total + buffers[i].size, 0);
  const who = `${indices.length} buffers cannot be placed${isIrreducible ? ', though without any one of them the others can' : ''}`;
  const when = time === undefined ? '' : `; all are live at time ${time} and take ${sum}`;
  return `${who}${when}: ${names.join(', ')}${more}`;
}
