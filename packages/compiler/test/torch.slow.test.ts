/**
 * Programs of all kinds with PyTorch's weights against PyTorch's answers. Each fixture runs fast on one chip and strict on another, in the
 * sample on one of the two; taken in rotation, so that every pair sees programs of every kind.
 */
import { expect, test } from 'vitest';
import { chipOf } from './support/run-module.ts';
import { sampled } from './support/sample.ts';
import { firstMistake, fixtureNames, readFixture } from './support/torch.ts';

const settings = [
  [1, 'fast'],
  [16, 'strict'],
  [61, 'fast'],
  [1216, 'strict'],
  [16, 'fast'],
  [1, 'strict'],
  [1216, 'fast'],
  [61, 'strict'],
] as const;

const runs = fixtureNames().flatMap((name, i) =>
  sampled([0, 1], 2).map(turn => [name, ...settings[(3 * i + turn) % settings.length]] as const),
);

test.each(runs)('%s on %i tiles, %s', (name, tiles, math) => {
  expect(firstMistake(readFixture(name), { chip: chipOf(tiles), math }, 1e-5)).toBeUndefined();
});
