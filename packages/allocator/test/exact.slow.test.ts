/** The exact search finds the optimum, is right when it says that nothing fits, and both hold with any one of its rules left out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allRules, type Rules } from '../src/exact/search.ts';
import { type AllocateOptions, allocate, type Problem, verifyPlacement } from '../src/index.ts';
import { hardProblem } from '../src/testing/index.ts';
import { optimalHeight, problems, problemsOfAllKinds } from './problems.ts';

const withoutRule = (Object.keys(allRules) as (keyof Rules)[]).map(name => ({ ...allRules, [name]: false }));
const rulesOf = (rules: Rules) => Object.keys(rules).filter(name => !rules[name as keyof Rules]);

function expectOptimum(problem: Problem, options: AllocateOptions = {}): void {
  const optimum = optimalHeight(problem);
  const least = allocate(problem, { strategy: 'exact', nodes: 100_000, ...options });
  if (least.status === 'conflict') {
    expect(optimum).toBe(Number.POSITIVE_INFINITY);
    return;
  }
  expect(verifyPlacement(problem, least.placement.offsets)).toEqual([]);
  expect(least).toMatchObject({ status: 'placed', placement: { height: optimum }, isLeast: true });
  if (optimum === 0) return;
  const fits = allocate({ ...problem, capacity: optimum }, { strategy: 'exact', ...options });
  expect(fits.status).toBe('placed');
  const tooLow = allocate({ ...problem, capacity: optimum - 1 }, { strategy: 'exact', ...options });
  expect(tooLow).toMatchObject({ status: 'too-high', proven: true });
}

it('finds the optimum of any small problem', () => {
  fc.assert(
    fc.property(problemsOfAllKinds({ most: 5, fixed: true, largest: 6 }), problem => expectOptimum(problem)),
    {
      numRuns: 300,
    },
  );
});

describe.each([allRules, ...withoutRule])('without %j', rules => {
  it(`finds it all the same: without ${rulesOf(rules).join()}`, () => {
    const some = problems({ most: 6, largest: 5 }).map(buffers => ({ buffers }));
    fc.assert(
      fc.property(some, problem => expectOptimum(problem, { search: { rules } })),
      { numRuns: 60 },
    );
  });
});

const hard = [
  { seed: 1, count: 100, cutsOfTime: 0.3, loose: 0 },
  { seed: 2, count: 100, cutsOfTime: 0.3, loose: 0.04 },
  { seed: 4, count: 100, cutsOfTime: 1, loose: 0 },
  { seed: 5, count: 100, cutsOfTime: 1, loose: 0.04 },
  { seed: 8, count: 100, cutsOfTime: 4, loose: 0.04 },
  { seed: 15, count: 200, cutsOfTime: 1, loose: 0.1 },
  { seed: 17, count: 200, cutsOfTime: 4, loose: 0.04 },
];

it.each(hard)('packs what fits exactly: %j', options => {
  const problem = hardProblem(options);
  const greedy = allocate(problem, { strategy: 'best-greedy' });
  expect(greedy.status).toBe('too-high');
  const exact = allocate(problem, { strategy: 'exact', nodes: 100_000 });
  if (exact.status !== 'placed') throw new Error(exact.status);
  expect(verifyPlacement(problem, exact.placement.offsets)).toEqual([]);
});

it('gives the same for the same budget, and the best so far when it ends', () => {
  const { buffers } = hardProblem({ seed: 24, count: 350, cutsOfTime: 1, loose: 0.1 });
  const run = () => allocate({ buffers }, { strategy: 'exact', nodes: 3000 });
  const first = run();
  if (first.status !== 'placed') throw new Error(first.status);
  expect(run()).toEqual(first);
  expect(first.nodes).toBeLessThanOrEqual(3000);
  expect(verifyPlacement({ buffers }, first.placement.offsets)).toEqual([]);
  const greedy = allocate({ buffers }, { strategy: 'exact', nodes: 0 });
  expect(greedy).toEqual(allocate({ buffers }, { strategy: 'best-greedy' }));
});

it('comes close to the least where it cannot prove it, and closer with more nodes', () => {
  const { buffers } = hardProblem({ seed: 24, count: 350, cutsOfTime: 1, loose: 0.1 });
  const heights = [0, 20_000, 200_000].map(nodes => {
    const allocation = allocate({ buffers }, { strategy: 'exact', nodes });
    if (allocation.status !== 'placed') throw new Error(allocation.status);
    return allocation.placement.height;
  });
  expect(heights[1]).toBeLessThan(heights[0]);
  expect(heights[2]).toBeLessThanOrEqual(heights[1]);
  // The problem is made so that it fits into 1024.
  expect(heights[2]).toBeLessThan(1024 * 1.15);
});

it('stops when it is told to', () => {
  const problem = hardProblem({ seed: 24, count: 350, cutsOfTime: 1, loose: 0.1 });
  let looks = 0;
  const allocation = allocate(problem, { strategy: 'exact', nodes: 1e9, isOver: () => ++looks > 3 });
  expect(allocation).toMatchObject({ status: 'too-high', proven: false });
});

describe('a clock', () => {
  /** Nearly all pairs of blocks are live together, and no two blocks begin or end at the same time. */
  const many = (count: number) => ({
    buffers: Array.from({ length: count }, (_, id) => ({
      id,
      lower: (id * 7919) % count,
      upper: ((id * 7919) % count) + Math.floor(count / 2) + ((id * 104_729) % count),
      size: 1 + ((id * 7907) % 1000),
    })),
  });

  it.each(['exact', 'best-greedy'] as const)(
    'that is over from the beginning leaves %s a greedy placement',
    strategy => {
      const problem = many(300);
      const allocation = allocate(problem, { strategy, isOver: () => true });
      if (allocation.status !== 'placed') throw new Error(allocation.status);
      expect(allocation.nodes).toBe(0);
      expect(allocation.placement).toEqual(place(problem, 'greedy-by-size'));
    },
  );

  it.each([1, 2, 5, 20, 100])('that is over when it is asked for the %ith time ends it soon', asked => {
    const problem = many(1500);
    let count = 0;
    const allocation = allocate(problem, { strategy: 'exact', nodes: 10 ** 9, isOver: () => ++count >= asked });
    if (allocation.status !== 'placed') throw new Error(allocation.status);
    expect(verifyPlacement(problem, allocation.placement.offsets)).toEqual([]);
    expect(count).toBeLessThan(asked + 10);
  });

  it('is not needed where so many live together that no search is begun', () => {
    const problem = many(12_000);
    const before = performance.now();
    const allocation = allocate(problem, { strategy: 'exact', nodes: 10 ** 9 });
    expect(allocation).toMatchObject({ status: 'placed', nodes: 0 });
    // It takes a second on a quiet machine; it would take minutes if every pair were looked at in every section.
    expect(performance.now() - before).toBeLessThan(60_000);
  });

  function place(problem: Problem, strategy: 'greedy-by-size') {
    const allocation = allocate(problem, { strategy });
    return allocation.status === 'placed' ? allocation.placement : undefined;
  }
});
