/**
 * A plan that follows decisions has the bits of the plan that made them, even where it would have decided otherwise: here they come from a
 * chip whose exchange is slow, so that work is cut in another way and sums are added up in another order.
 */
import { tinyChip } from '@tessera-dnn/machine';
import { ops } from '@tessera-dnn/ops';
import { recompute } from '@tessera-dnn/passes';
import { lowerDeciding } from '@tessera-dnn/tiling';
import { expect, test } from 'vitest';
import { frontEnd } from '../src/front-end.ts';
import { load, type RunOptions, sampleData } from './support/run-module.ts';
import { unwrap } from './support/torch.ts';

const text = `
model net[n = 24](x: f32[n, 96]) {
  x |> layer_norm as norm |> dense(64) as a |> relu |> dense(64) as b |> relu |> dense(40) as c
}
train fit[n = 24](x: f32[n, 96], y: f32[n, 40]) {
  state seen: f32[96] = zeros
  seen := seen * 0.9 + mean(x, axis: 0)
  let scores = net(x)
  let loss = mean((scores - y) ** 2)
  minimize loss using adam(rate: 0.01)
  return { loss, sum: sum(scores, axis: 0), seen: softmax(seen), all: sum(seen) }
}`;

const fast = { ...tinyChip, workers: 2, sramBytes: 2 ** 20 };
const slow = { ...fast, exchangeBytesPerCycle: 0.01 };
const kept = unwrap(frontEnd({ name: 'net.dnn', text }, { math: 'strict', programs: ['fit'] }));
const copied = recompute.run(kept, { table: ops, strict: true, recompute: 'sqrt' });
const plain: RunOptions = { math: 'strict', weights: new Map() };

/** What two steps give. */
function stepsOf(module: typeof kept, chip: typeof fast, options: Partial<RunOptions> = {}) {
  const { run, exports } = load(module, chip, { ...plain, ...options });
  exports['init'](1);
  return [1, 2].map(step =>
    run('fit', {
      x: sampleData({ element: 'f32', shape: [24, 96] }, step),
      y: sampleData({ element: 'f32', shape: [24, 40] }, 2 * step),
    }),
  );
}

test('a plan that follows another has its bits, whatever is computed again and in place', () => {
  const decided = { chip: slow, table: ops, math: 'strict', weights: new Map(), memoryShare: 1 } as const;
  const { decisions } = lowerDeciding(kept, decided);
  const wanted = stepsOf(kept, slow);
  expect(stepsOf(kept, fast)).not.toEqual(wanted);
  expect(copied).not.toBe(kept);
  expect(stepsOf(copied, fast)).not.toEqual(wanted);
  expect(stepsOf(kept, fast, { decisions })).toEqual(wanted);
  expect(stepsOf(kept, fast, { decisions, inPlace: false })).toEqual(wanted);
  expect(stepsOf(copied, fast, { decisions })).toEqual(wanted);
  expect(stepsOf(copied, { ...fast, workers: 5 }, { decisions, inPlace: false, reuse: false })).toEqual(wanted);
});
