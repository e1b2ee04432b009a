/** The subset does not fit, and without any one of its buffers the others do; both are checked by trying every address. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allocate, infeasibleSubset, type Problem } from '../src/index.ts';
import { optimalHeight, problemsOfAllKinds } from './problems.ts';

const chosen = ({ buffers, pairs = [] }: Problem, indices: readonly number[]): Problem => ({
  buffers: indices.map(i => buffers[i]),
  pairs: pairs
    .filter(({ first, second }) => indices.includes(first) && indices.includes(second))
    .map(({ first, second, distance }) => ({
      first: indices.indexOf(first),
      second: indices.indexOf(second),
      distance,
    })),
});

it('is infeasible and irreducible, wherever the problem is infeasible', () => {
  fc.assert(
    fc.property(
      problemsOfAllKinds({ most: 5, fixed: true, largest: 6 }),
      fc.integer({ min: 1, max: 12 }),
      (problem, less) => {
        const optimum = optimalHeight(problem);
        const capacity = optimum === Number.POSITIVE_INFINITY ? 40 : optimum - less;
        if (capacity < 0) return;
        const subset = infeasibleSubset({ ...problem, capacity });
        if (!subset) throw new Error('none found');
        expect(subset.isIrreducible).toBe(true);
        expect(optimalHeight(chosen(problem, subset.buffers))).toBeGreaterThan(capacity);
        for (const left of subset.buffers) {
          const rest = subset.buffers.filter(i => i !== left);
          expect(optimalHeight(chosen(problem, rest))).toBeLessThanOrEqual(capacity);
        }
      },
    ),
    { numRuns: 200 },
  );
});

it('is nothing where all fits, or where it is not proven', () => {
  const buffers = [0, 1, 2].map(id => ({ id, lower: id, upper: id + 2, size: 4 }));
  expect(infeasibleSubset({ buffers, capacity: 8 })).toBeUndefined();
});

it('names the moment at which too much is live', () => {
  const sizes = [1, 8, 2, 7, 1];
  const buffers = sizes.map((size, id) => ({ id, lower: id === 4 ? 9 : 0, upper: 10, size }));
  expect(infeasibleSubset({ buffers, capacity: 14 })).toEqual({ buffers: [1, 3], time: 9, isIrreducible: true });
});

it('finds what no sum shows', () => {
  // Never more than 8 is live, but b would have to be both at the bottom and at the top.
  const buffers = [
    { id: 'a', lower: 0, upper: 2, size: 3, fixedOffset: 0 },
    { id: 'b', lower: 1, upper: 4, size: 4 },
    { id: 'c', lower: 3, upper: 5, size: 3, fixedOffset: 5 },
    { id: 'd', lower: 4, upper: 6, size: 2 },
  ];
  expect(allocate({ buffers }).status).toBe('placed');
  expect(infeasibleSubset({ buffers, capacity: 8 })).toEqual({ buffers: [0, 1, 2], isIrreducible: true });
});

it('says when the budget did not suffice to try all', () => {
  const buffers = Array.from({ length: 9 }, (_, id) => ({ id, lower: 0, upper: 1, size: 3 }));
  let looks = 0;
  const subset = infeasibleSubset({ buffers, capacity: 8 }, { isOver: () => ++looks > 2 });
  expect(subset?.isIrreducible).toBe(false);
  expect(subset?.buffers.length).toBeGreaterThanOrEqual(3);
});
