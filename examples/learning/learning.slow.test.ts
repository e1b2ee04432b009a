/**
 * The networks of `examples/` take a few steps, after which their loss must be lower; what they reach in full is in docs/training.md. Those of
 * `nets/` are trained as `npm run learn` does, to what README.md says.
 */
import { expect, it, vi } from 'vitest';
import { findOddDigits } from './autoencoder.ts';
import { playCatch } from './catch.ts';
import { codesOf, continued } from './continue.ts';
import { writeText } from './gpt.ts';
import { solveHeat } from './heat.ts';
import { readRows } from './lstm.ts';
import { readColours } from './resnet8.ts';
import { imitateByGan, imitateByWgan } from './ring.ts';
import { hearSounds } from './speech.ts';
import { averageWeights } from './spirals.ts';
import { loadWriter } from './write.ts';

vi.spyOn(console, 'log').mockImplementation(() => {});

it('gpt writes on', async () => {
  const { first, last, sample } = await writeText(20);
  // The loss of guessing among 128 characters is log 128.
  expect(first).toBeLessThan(Math.log(128) + 0.5);
  expect(last).toBeLessThan(0.9 * first);
  expect(sample).toHaveLength('block dense('.length + 400);
});

it('a writer writes the same for a seed, and what its whole window says', async () => {
  const chip = await loadWriter(7, ['next', 'writer']);
  const written = (temperature: number, seed: number) => {
    chip.init(seed);
    return [...continued(chip, codesOf('block dense('), 40, { temperature, top: 20 })].join('');
  };
  expect(written(1, 3)).toBe(written(1, 3));
  expect(written(1, 3)).not.toBe(written(1, 4));
  const codes = codesOf(`block dense(${written(0, 3)}`);
  const ids = new Int32Array(128);
  ids.set(codes);
  const { output } = chip.run('writer', { ids });
  for (let at = 11; at < codes.length - 1; at++) {
    const scores = output.subarray(128 * at, 128 * at + 128);
    expect(scores[codes[at + 1]]).toBeCloseTo(Math.max(...scores), 3);
  }
});

it('lstm', async () => {
  const { first, last, accuracy } = await readRows(40);
  expect(last).toBeLessThan(0.8 * first);
  // Guessing among ten classes reaches 0.1.
  expect(accuracy).toBeGreaterThan(0.2);
});

it('autoencoder', async () => {
  const { first, last, separated } = await findOddDigits(100);
  expect(last).toBeLessThan(0.7 * first);
  // Guessing is right in half of the pairs.
  expect(separated).toBeGreaterThan(0.6);
});

it('resnet8', async () => {
  const { first, last } = await readColours(20);
  expect(last).toBeLessThan(first);
});

it('heat', async () => {
  expect((await solveHeat(3000)).worst).toBeLessThan(0.02);
});

it('gan', async () => {
  const { near, heaps } = await imitateByGan(5000);
  expect(near).toBeGreaterThan(0.9);
  expect(heaps).toBe(8);
});

it('wgan', async () => {
  const { near, heaps } = await imitateByWgan(2000);
  expect(near).toBeGreaterThan(0.8);
  expect(heaps).toBe(8);
});

it('dqn', async () => {
  expect((await playCatch(4000)).caught).toBeGreaterThan(0.99);
});

it('teacher', async () => {
  const { student, teacher } = await averageWeights(3000);
  expect(teacher).toBeGreaterThan(0.98);
  expect(teacher).toBeGreaterThanOrEqual(student);
});

it('speech', async () => {
  expect((await hearSounds(300)).errors).toBeLessThan(0.05);
});
