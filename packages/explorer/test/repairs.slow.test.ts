/** What the explorer lists as repairs: they are made, and planned again. */
import { expect, it } from 'vitest';
import { answer, type Order, repairsOf } from '../src/index.ts';

it('repairs fit when they are made, with the numbers that were promised', () => {
  const text = `model net(x: f32[32, 64]) { x |> dense(64) as a |> relu |> dense(64) as b |> relu |> dense(8) as c }
train fit(x: f32[32, 64], y: f32[32, 8]) { minimize mse(net(x[0:32]), y) using sgd(rate: 0.1, momentum: 0.9) }
`;
  const asked: Order = {
    sequence: 1,
    source: { name: 'net.dnn', text },
    files: [],
    settings: { chip: 'tiny', tiles: 2, sramBytes: 40960, programs: ['fit'] },
  };
  const now = answer(asked).explored?.memory;
  const repairs = [...repairsOf(asked)];
  expect(repairs.length).toBeGreaterThan(1);
  for (const { settings, peakBytes, savedBytes, addedCycles, what } of repairs) {
    const { explored } = answer({ ...asked, settings });
    expect(explored, what).toMatchObject({ fits: true, memory: { peakBytes } });
    expect(savedBytes).toBe(now!.peakBytes - peakBytes);
    expect(addedCycles).toBe(explored!.memory.programs[0].cycles - now!.programs[0].cycles);
  }
  expect([...repairsOf({ ...asked, settings: { chip: 'host' } })]).toEqual([]);
});
