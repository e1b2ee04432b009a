/**
 * A fixed part of what `npm run fuzz` does without end: the same cases in every run, so that a failure comes from a change of the code and
 * not from chance. A fault that is found here can be shrunk by `npm run fuzz -- --seed 1 --case K`, with `--networks` for a network.
 */
import { expect, test } from 'vitest';
import { drawCase, drawNetworkCase } from './draw/case.ts';
import { fuzz } from './session.ts';

const seed = 1;

test('programs of operations and layers by chance', async () => {
  expect(await faultsOf(drawCase, 32)).toEqual([]);
}, 600_000);

test('whole small networks and their training', async () => {
  expect(await faultsOf(drawNetworkCase, 3)).toEqual([]);
}, 600_000);

async function faultsOf(draw: typeof drawCase, cases: number): Promise<readonly string[]> {
  const statistics = await fuzz({ seed, draw, goesOn: index => index < cases });
  expect(statistics.runs).toBeGreaterThan(2 * cases);
  return statistics.found;
}
