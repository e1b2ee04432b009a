/** The referee names the broken rule. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allocate, type Buffer, describeViolation, type Problem, verifyPlacement } from '../src/index.ts';
import { problemsOfAllKinds } from './problems.ts';

const buffers: readonly Buffer[] = [
  { id: 'a', lower: 0, upper: 2, size: 4 },
  { id: 'b', lower: 1, upper: 3, size: 4, alignment: 4 },
  { id: 'c', lower: 2, upper: 4, size: 2, fixedOffset: 0 },
  { id: 'd', lower: 0, upper: 4, size: 0 },
];
const problem = { buffers, capacity: 8 };
const faults = (offsets: readonly number[]) =>
  verifyPlacement(problem, offsets).map(violation => describeViolation(violation, problem));

it('accepts a good placement, touching buffers, equal places at other times, and empty buffers anywhere', () => {
  expect(faults([0, 4, 0, 2])).toEqual([]);
});

it.each([
  [
    [0, 2, 0, 0],
    ['buffer b is at 2, which is no multiple of 4', 'buffers a and b share a place while both are live'],
  ],
  [[1, 4, 0, 0], ['buffers a and b share a place while both are live']],
  [[0, 4, 2, 0], ['buffer c is at 2, but fixed at 0']],
  [[0, 8, 0, 0], ['buffer b ends at 12, above the capacity 8']],
  [[-1, 4, 0, 0], ['buffer a is at -1, which is no integer ≥ 0']],
  [
    [0.5, 8, 0, 0],
    ['buffer a is at 0.5, which is no integer ≥ 0', 'buffer b ends at 12, above the capacity 8'],
  ],
  [[0, 4, 0], ['4 buffers, but 3 offsets']],
])('%j', (offsets, expected) => {
  expect(faults(offsets)).toEqual(expected);
});

it('lets buffers share what a gap leaves free, and pairs lie over each other at their distance', () => {
  const gaps = [{ lower: 2, upper: 4, window: { lower: 0, upper: 3 } }];
  const four: readonly Buffer[] = [
    { id: 'a', lower: 0, upper: 6, size: 8, gaps },
    { id: 'b', lower: 2, upper: 4, size: 5 },
    { id: 'c', lower: 4, upper: 5, size: 2 },
    { id: 'd', lower: 4, upper: 6, size: 8 },
  ];
  const tied: Problem = { buffers: four, pairs: [{ first: 0, second: 3, distance: 2 }] };
  const said = (offsets: readonly number[]) =>
    verifyPlacement(tied, offsets).map(violation => describeViolation(violation, tied));
  expect(said([0, 3, 10, 2])).toEqual([]);
  expect(said([0, 2, 10, 2])).toEqual(['buffers a and b share a place while both are live']);
  expect(said([0, 3, 7, 2])).toEqual([
    'buffers a and c share a place while both are live',
    'buffers c and d share a place while both are live',
  ]);
  expect(said([0, 3, 10, 1])).toEqual(['buffer d is 1 behind buffer a, not 2']);
});

/** Whether all buffers can mark their addresses at all times in a grid, in which only the two buffers of a pair may mark the same cell. */
function canPaint({ buffers, pairs = [] }: Problem, offsets: ArrayLike<number>): boolean {
  const sheet = new Map<string, number[]>();
  for (const [i, { lower, upper, size, gaps = [] }] of buffers.entries()) {
    for (let time = lower; time < upper; time++) {
      const gap = gaps.find(other => other.lower <= time && time < other.upper);
      const [low, high] = gap ? [gap.window?.lower ?? 0, gap.window?.upper ?? 0] : [0, size];
      for (let address = offsets[i] + low; address < offsets[i] + high; address++) {
        const cell = sheet.get(`${time},${address}`) ?? [];
        if (
          cell.some(
            other => !pairs.some(({ first, second }) => first + second === i + other && (first === i || second === i)),
          )
        )
          return false;
        sheet.set(`${time},${address}`, [...cell, i]);
      }
    }
  }
  return true;
}

it('agrees with a painter about placements that were right before one buffer moved', () => {
  fc.assert(
    fc.property(problemsOfAllKinds({ most: 8 }), fc.nat(), fc.integer({ min: -3, max: 3 }), (problem, which, by) => {
      const allocation = allocate(problem);
      if (allocation.status === 'conflict' || problem.buffers.length === 0) return;
      const offsets = allocation.placement.offsets.slice();
      const moved = which % offsets.length;
      offsets[moved] = Math.max(0, offsets[moved] + by);
      const rules = new Set(verifyPlacement(problem, offsets).map(({ rule }) => rule));
      expect(rules.has('no-overlap')).toBe(!canPaint(problem, offsets));
      expect(rules.has('pair')).toBe(
        (problem.pairs ?? []).some(({ first, second, distance }) => offsets[second] - offsets[first] !== distance),
      );
      expect(rules.has('alignment')).toBe(offsets[moved] % (problem.buffers[moved].alignment ?? 1) !== 0);
    }),
    { numRuns: 500 },
  );
});
