/**
 * The numbers of the literature, from the examples. ResNet-50: 25,557,032 parameters, 53 convolutions and 16 sums with 16,106,496 results as
 * first published, and what everything apart takes; Pisarchyk and Lee (2020) for peaks of MobileNets; MLPerf Tiny's networks by hand.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { memoryTables } from '../src/index.ts';
import { unwrap } from './support/torch.ts';

function tablesOf(file: string, program: string, set: Readonly<Record<string, string>> = {}) {
  const name = `${file}.dnn`;
  const text = readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8');
  const { parameters, programs } = unwrap(memoryTables({ name, text }, { set, programs: [program] }));
  const [table] = programs;
  const bytesOf = (plan: string) => table.plans.find(({ name: of }) => of === plan)!.bytes;
  return { parameters, bytesOf, ...table };
}

const mebibytes = (bytes: number) => bytes / 2 ** 20;

test.each([
  ['resnet50_v1', 25_557_032, 16_106_496, 9.1875, 6.890625],
  ['resnet50', 25_557_032, 16_633_344, 9.1875, 6.890625],
  ['mobilenet_v1', 4_231_976, 5_042_688, 4.59375, 4.59375],
  ['mobilenet_v2', 3_504_872, 6_894_496, 5.7421875, 5.7421875],
  ['vgg16', 138_357_544, 13_555_712, 24.5, 24.5],
] as const)('%s', (file, parameters, activations, live, inPlace) => {
  const table = tablesOf(file, file);
  expect(table.parameters).toBe(parameters);
  expect(table.forward.activations).toBe(activations);
  expect(mebibytes(4 * table.liveElements)).toBe(live);
  expect(mebibytes(table.bytesOf('reused'))).toBe(inPlace);
  expect(table.bytesOf('ordered')).toBeLessThanOrEqual(table.bytesOf('reused'));
});

test.each([
  ['ds_cnn', {}, 16_000],
  ['mobilenet_v1', { width: '8', size: '96', classes: '2' }, 55_296],
  ['resnet8', {}, 46_500],
  ['autoencoder', {}, 768],
] as const)('%s %o takes at most %d bytes at one an element', (file, set, bytes) => {
  expect(tablesOf(file, file, set).bytesOf('ordered') / 4).toBeLessThanOrEqual(bytes);
});

test('GPT-2 has the 124 million parameters that were published, the table of tokens once', () => {
  expect(tablesOf('gpt2', 'gpt2').parameters).toBe(124_439_808);
});

test('lowering convolutions to matrix products writes every window out', () => {
  const { lowered } = tablesOf('resnet50_v1', 'resnet50_v1').forward;
  expect(lowered).toEqual([
    { window: 9, contractions: 16, operands: 1_379_840, matrices: 12_418_560 },
    { window: 49, contractions: 1, operands: 150_528, matrices: 1_843_968 },
  ]);
});

describe('a step of ResNet-50 on 32 pictures', () => {
  const table = tablesOf('resnet50_v1', 'fit');
  const apart = 4 * table.training!.apart;

  test('takes more than 7.5 GB with everything apart and lowered', () => {
    const matrices = table.training!.lowered.reduce((sum, { matrices: each }) => sum + each, 0);
    expect(apart + 4 * matrices).toBeGreaterThan(7.5e9);
  });

  test('takes less than half of it in place and reused', () => {
    expect(table.bytesOf('reused')).toBeLessThan(apart / 3);
  });

  test('takes far less when values are computed again, for at most a third more cycles', () => {
    const recomputed = table.plans.at(-1)!;
    expect(recomputed.name).toBe('recomputed');
    expect(recomputed.bytes).toBeLessThan(table.bytesOf('ordered') / 3);
    expect(recomputed.extraCycles).toBeLessThanOrEqual(1 / 3);
  });
});

test('what is kept grows with depth, what recomputation leaves with its root at most', () => {
  const [shallow, deep] = ['50', '200'].map(depth => tablesOf('resnets', 'fit', { depth }));
  expect(deep.bytesOf('ordered') / shallow.bytesOf('ordered')).toBeGreaterThan(2.5);
  expect(deep.bytesOf('recomputed') / shallow.bytesOf('recomputed')).toBeLessThan(Math.sqrt(200 / 50));
  expect(deep.plans.at(-1)?.extraCycles).toBeLessThanOrEqual(1 / 3);
});

test('a program for 32 takes 32 times the activations', () => {
  const { batch, forward } = tablesOf('resnet50_v1', 'resnet50_v1', { 'resnet50_v1.n': '32' });
  expect(batch).toBe(32);
  // 2.062 GB.
  expect(4 * forward.activations).toBe(2_061_631_488);
});

test('everything apart is what leaves each layer', () => {
  expect(tablesOf('resnet50_v1', 'resnet50_v1').forward.apart).toBe(35_979_240);
});
