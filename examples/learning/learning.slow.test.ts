/** Each example takes a few steps, after which its loss must be lower. What they reach in full is in docs/training.md. */
import { expect, it, vi } from 'vitest';
import { findOddDigits } from './autoencoder.ts';
import { writeText } from './gpt.ts';
import { solveHeat } from './heat.ts';
import { readRows } from './lstm.ts';
import { readColours } from './resnet8.ts';

vi.spyOn(console, 'log').mockImplementation(() => {});

it('gpt writes on', async () => {
  const { first, last, sample } = await writeText(20);
  // The loss of guessing among 128 characters is log 128.
  expect(first).toBeLessThan(Math.log(128) + 0.5);
  expect(last).toBeLessThan(0.9 * first);
  expect(sample).toHaveLength('block dense('.length + 400);
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

it('heat', async () => {
  const { first, last, worst } = await solveHeat(800);
  expect(last).toBeLessThan(0.01 * first);
  expect(worst).toBeLessThan(0.05);
});

it('resnet8', async () => {
  const { first, last } = await readColours(20);
  expect(last).toBeLessThan(first);
});
