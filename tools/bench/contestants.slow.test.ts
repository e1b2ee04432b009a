/** The models of peers compute the same as the programs, without which comparing their times would be meaningless. */
import { expect, it } from 'vitest';
import { prepare, relativeDifference, toleratedDifference } from './contestants.ts';
import { networks } from './networks/all.ts';
import { arePeersInstalled, installation } from './peers.ts';
import { verdict } from './table.ts';
import { prepareTraining } from './training/contestants.ts';
import { trainingNetworks } from './training/network.ts';
import { trainingVerdict } from './training/table.ts';

/** These take seconds to compile, so they are left out here; `npm run bench` compares their outputs before it times them. */
const large = ['GPT, the 64th step with a cache', 'MobileNetV2', 'ResNet-50'];
const small = networks.filter(({ name }) => !large.includes(name));

const installed = arePeersInstalled();
if (!installed)
  console.warn(`skipped: nothing is compared with the benchmark's peers, which are not installed: ${installation}`);

it.skipIf(!installed).each(small)('$name gives the same output as its peers', async network => {
  const { ours, peers } = await prepare(network);
  const output = (await ours.run()).slice();
  for (const { contestant, arrange = (values: Float32Array) => values } of peers)
    expect(relativeDifference(output, arrange(await contestant.run()))).toBeLessThan(toleratedDifference);
});

it.skipIf(!installed).each(trainingNetworks.filter(({ batch }) => batch === 1))(
  '$name gives the same losses as TensorFlow.js',
  async network => {
    const { ours, peers, comparedRuns, tolerance } = await prepareTraining(network);
    const losses: number[] = [];
    for (let step = 0; step < comparedRuns; step++) {
      const loss = await ours.run();
      expect(relativeDifference(loss, await peers[0].contestant.run())).toBeLessThan(tolerance);
      losses.push(loss[0]);
    }
    expect(losses[comparedRuns - 1]).toBeLessThan(losses[0]);
  },
);

it.skipIf(!installed)('counts multiply-adds as they are counted by hand', async () => {
  const counted = await Promise.all(
    small.slice(0, 5).map(async network => [network.name, (await prepare(network)).multiplyAdds]),
  );
  expect(Object.fromEntries(counted)).toMatchObject({
    'LeNet-5': 28 * 28 * 6 * 25 + 10 * 10 * 16 * 6 * 25 + 400 * 120 + 120 * 84 + 84 * 10,
    'conv 3×3, 56×56, 64→64': 56 * 56 * 64 * 64 * 9,
    'conv 1×1, 28×28, 256→512': 28 * 28 * 256 * 512,
    'MLP 784-512-512-10': 784 * 512 + 512 * 512 + 512 * 10,
  });
});

it('sees a difference, also where there is no number', () => {
  const values = Float32Array.of(1, -4, 2);
  expect(relativeDifference(values, values)).toBe(0);
  expect(relativeDifference(Float32Array.of(1, -4, 3), values)).toBe(0.25);
  expect(relativeDifference(Float32Array.of(Number.NaN, -4, 2), values)).toBe(Number.POSITIVE_INFINITY);
  expect(relativeDifference(Float32Array.of(1, -4), values)).toBe(Number.POSITIVE_INFINITY);
});

it('marks what is passed and what is missed', () => {
  const network = { ...small[0], bar: { faster: true, partOfPeak: 0.6 } } as const;
  expect(verdict(network, 1.2, 0.59)).toBe('✓ faster, ✗ ≥ 60 % of peak');
  expect(verdict({ ...network, bar: undefined }, 0.5, 0)).toBe('');
});

it('holds a step of one image to PyTorch too', () => {
  const [one, many] = trainingNetworks;
  expect(trainingVerdict(one, 9.9, one.pytorchMilliseconds / 2)).toBe('✗ ≥ 10×, ✓ faster than PyTorch');
  expect(trainingVerdict(many, 10, 2 * many.pytorchMilliseconds)).toBe('✓ ≥ 10×');
});
