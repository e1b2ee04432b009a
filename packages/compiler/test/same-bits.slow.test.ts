/**
 * Promise: on one chip, strict bits are the same whatever is said about workers and memory. Each text runs under the default options and under
 * each of the others, in the sample under a third of these, and leaves the same bits; where the last sums are added up in an order of their
 * own, others would come out.
 */
import { type ChipSpec, hostChip, tinyChip } from '@tessera-dnn/machine';
import { describe, expect, test } from 'vitest';
import { type CompileOptions, plan, type Recompute } from '../src/index.ts';
import { bitsOf, difference } from './support/bits.ts';
import { sampled } from './support/sample.ts';
import { unwrap } from './support/torch.ts';
import { readTraining } from './support/training.ts';

const texts = {
  'four dense layers': `
model net[n = 8](x: f32[n, 32]) {
  x |> dense(32) as a |> relu |> dense(32) as b |> relu |> dense(32) as c |> relu |> dense(8) as d
}
train fit[n = 8](x: f32[n, 32], y: f32[n, 8]) {
  let loss = mean((net(x) - y) ** 2)
  minimize loss using adam(rate: 0.01) clip 1
  return { loss }
}`,
  'a padded convolution': 'model net(x: f32[7, 12, 4], w: f32[2, 12, 2]) { conv(x, w, padding: 2) }',
  'a convolution of long sums':
    'model net(x: f32[1, 300, 5, 5]) { conv2d(x, channels: 2, kernel: 3, padding: 1) as few }',
  'results beside what they are made of': `
model net(x: f32[17, 33], y: f32[17, 9]) {
  param p: f32[17, 33] = normal(mean: 0, std: 1)
  let z = x + p
  let parts = concat([z * 2, softmax(z)], axis: 1)
  return {
    parts, mean: mean(z, axis: 0), all: mean(z), softmax: softmax(z), norm: layer_norm(z) as norm, sum: sum(parts, 1),
    both: sum(concat([z, y], axis: 1), axis: 1),
  }
}`,
  'states that are read again': `
model net(x: f32[9, 40]) {
  state s: f32[9, 40] = zeros
  state m: f32[40] = zeros
  s := s * 0.9 + x
  m := mean(s, axis: 0)
  return { s: softmax(s * m), t: sum(s * m), u: mean(s, 1) }
}`,
  'a small convolutional network': `
model net[n = 2](x: f32[n, 3, 8, 8]) {
  let a = x |> conv2d(8, kernel: 3, padding: 1) as first |> batch_norm as norm |> relu
  let b = a |> depthwise_conv2d(3, padding: 1) as depth |> relu
  concat([a, b], axis: 1) |> conv2d(8, kernel: 1) as last |> relu |> global_avg_pool |> dense(4) as scores
}
train fit[n = 2](x: f32[n, 3, 8, 8], label: f32[n, 4]) {
  let loss = mean((net(x) - label) ** 2)
  minimize loss using sgd(rate: 0.1, momentum: 0.9)
  return { loss }
}`,
};

type Variation = Omit<CompileOptions, 'chip'> & { readonly chip?: Partial<ChipSpec> };

const variations: readonly Variation[] = [
  { chip: { workers: 1 } },
  { chip: { workers: 5, packed: true } },
  { recompute: 'sqrt' },
  { recompute: 'auto' },
  { inPlace: false },
  { reuse: false, allocator: 'greedy-by-size' },
  { recompute: 1, inPlace: false, chip: { workers: 3 } },
];

const chips: readonly ChipSpec[] = [
  hostChip,
  ...[1, 2, 6].map(tiles => ({ ...tinyChip, name: `tiles: ${tiles}`, tiles, sramBytes: 2 ** 22 })),
];

describe.each(chips.map((chip, i) => [chip.name, chip, i] as const))('%s', (_, chip, i) => {
  test.each(Object.entries(texts).map(([name, text], j) => [name, text, i + j] as const))('%s', (_, text, first) => {
    const usual = bitsOf(text, { chip })!;
    for (const { chip: changed, ...options } of sampled(variations, 3, first)) {
      const bits = bitsOf(text, { ...options, chip: { ...chip, ...changed } })!;
      expect(difference(usual, bits), JSON.stringify([changed, options])).toBeUndefined();
    }
  });
});

test('where memory is scarce, what fits has the bits of what fits by itself', () => {
  const { text } = readTraining('segmenter');
  const peakOf = (recompute: Recompute) =>
    unwrap(plan({ name: 'segmenter.dnn', text }, { recompute, math: 'strict' })).report.peakBytes;
  const chip = { ...hostChip, sramBytes: (peakOf('none') + peakOf('auto')) / 2 };
  const byItself = bitsOf(text, { chip })!;
  expect(bitsOf(text, { chip, recompute: 'none' })).toBeUndefined();
  const others: readonly Variation[] = [
    { recompute: 'auto' },
    { inPlace: false },
    { recompute: 1, chip: { workers: 2 } },
  ];
  const compared = others.flatMap(({ chip: changed, ...options }) => {
    const bits = bitsOf(text, { ...options, chip: { ...chip, ...changed } });
    return bits ? [difference(byItself, bits)] : [];
  });
  expect(compared.length).toBeGreaterThan(1);
  expect([...compared, difference(byItself, bitsOf(text, {})!)].filter(Boolean)).toEqual([]);
});
