/** Each example learns: a few steps, after which the loss is lower than at first. What they reach in full is on the page on training. */
import { expect, it, vi } from 'vitest';
import { findOddDigits } from './autoencoder.ts';
import { writeText } from './gpt.ts';
import { readRows } from './lstm.ts';
import { readColours } from './resnet8.ts';

vi.spyOn(console, 'log').mockImplementation(() => {});

it('gpt writes on', async () => {
  const { first, last, sample } = await writeText(20);
  // Guessing among 128 characters.
  expect(first).toBeLessThan(Math.log(128) + 0.5);
  expect(last).toBeLessThan(0.9 * first);
  expect(sample).toHaveLength('block dense('.length + 400);
});

it('lstm', async () => {
  const { first, last, accuracy } = await readRows(40);
  expect(last).toBeLessThan(0.8 * first);
  // Ten classes.
  expect(accuracy).toBeGreaterThan(0.2);
});

it('autoencoder', async () => {
  const { first, last, separated } = await findOddDigits(100);
  expect(last).toBeLessThan(0.7 * first);
  // Blind choice is right in half of the pairs.
  expect(separated).toBeGreaterThan(0.6);
});

it('resnet8', async () => {
  const { first, last } = await readColours(20);
  expect(last).toBeLessThan(first);
});
