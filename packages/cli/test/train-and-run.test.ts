/** A model and its training in one artifact: what a step changes, the model's next run sees, prepared values included. */
import { type Chip, createChip, loadArtifact, train } from '@tessera-dnn/chip';
import { compile } from '@tessera-dnn/compiler';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { hostChip, tinyChip } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';

// A batch norm after a convolution is folded into it, so the model runs on prepared weights.
const text = `model net[n = 2](x: f32[n, 3, 6, 6]) -> f32[n, 4] {
  x
    |> conv2d(8, kernel: 3, padding: 1, bias: false) as conv |> batch_norm() as bn |> relu
    |> global_avg_pool |> dropout(0.25) |> dense(4) as fc
}

train fit[n = 4](x: f32[n, 3, 6, 6], y: i32[n]) {
  let loss = cross_entropy(net(x), y)
  minimize loss using adamw(rate: 0.02) clip 1.0
  return { loss }
}
`;
const x = Float32Array.from({ length: 12 * 108 }, (_, i) => ((i * 37) % 101) / 50 - 1);
const y = Int32Array.from({ length: 12 }, (_, i) => i % 4);
const inputs = { x: x.subarray(0, 2 * 108) };

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.diagnostics[0].message);
  return outcome.value;
}

it.each([hostChip, tinyChip])('a model runs on what was just learnt ($name)', async spec => {
  const { bytes } = value(compile({ name: 'net.dnn', text }, { chip: spec, math: 'strict' }));
  const artifact = value(await loadArtifact(bytes));
  const start = async (): Promise<Chip> => value(await createChip(artifact));
  const answer = (chip: Chip) => value(chip.run('net', inputs)).output;
  const chip = await start();
  let before = answer(chip);
  for (let epochs = 1; epochs <= 3; epochs++) {
    value(await train(chip, 'fit', { x, y }, { seed: epochs }));
    const after = answer(chip);
    expect(after).not.toEqual(before);
    // Another chip gets the same variables without training.
    const other = await start();
    for (const { path } of chip.manifest.variables) value(other.writeVariable(path, value(chip.readVariable(path))));
    expect(answer(other)).toEqual(after);
    before = after;
  }
});

it('a model that runs between steps changes nothing of the training', async () => {
  const { bytes } = value(compile({ name: 'net.dnn', text }, { math: 'strict' }));
  const artifact = value(await loadArtifact(bytes));
  const losses = async (onStep: (chip: Chip) => void): Promise<readonly (number | undefined)[]> => {
    const chip = value(await createChip(artifact));
    const seen: (number | undefined)[] = [];
    const report = ({ loss }: { loss?: number }): void => {
      seen.push(loss);
      onStep(chip);
    };
    value(await train(chip, 'fit', { x, y }, { epochs: 5, onStep: report }));
    return seen;
  };
  const alone = await losses(() => {});
  expect(await losses(chip => void value(chip.run('net', inputs)))).toEqual(alone);
  expect(alone).toHaveLength(15);
});
