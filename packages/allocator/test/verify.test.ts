/** The referee names the broken rule. */
import { expect, it } from 'vitest';
import { type Buffer, describeViolation, verifyPlacement } from '../src/index.ts';

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
