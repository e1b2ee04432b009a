import { expect, it } from 'vitest';
import { sampled } from './sample.ts';

it.skipIf(process.env['TESTS'] === 'whole')('takes every so-manieth case, and at least one', () => {
  expect(sampled([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 3, 6]);
  expect(sampled([0, 1, 2, 3, 4, 5, 6], 3, 4)).toEqual([1, 4]);
  expect(sampled([0, 1], 5, 3)).toEqual([1]);
  expect(sampled([], 2)).toEqual([]);
});
