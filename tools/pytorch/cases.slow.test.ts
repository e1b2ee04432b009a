/** A sample of the cases that `npm run pytorch` draws, with PyTorch's answers: each on the host, and every eighth on many tiles in strict math. */
import { readFileSync } from 'node:fs';
import { tinyChip } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import type { Case } from './case.ts';
import { mistakeOf } from './judge.ts';

const lines = readFileSync(new URL('sample.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const cases = lines.map(line => JSON.parse(line) as Case).map(one => [`${one.about} ${one.number}`, one] as const);

it.each(cases)('%s', async (_, one) => {
  expect(await mistakeOf(one)).toBeUndefined();
});

const tiles = { ...tinyChip, name: '61 tiles', tiles: 61, workers: 2, sramBytes: 1 << 20 };

it.each(cases.filter((_, index) => index % 8 === 0))('%s, on 61 tiles', async (_, one) => {
  expect(await mistakeOf(one, { chip: tiles, math: 'strict' })).toBeUndefined();
});
