/** Every example is placed within 1 % or 64 B of the least that its buffers need, on one tile and on many, its training included. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChipSpec, hostChip, tinyChip } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { plan } from '../../src/index.ts';

const folder = join(import.meta.dirname, '../../../../examples');
const examples = readdirSync(folder).filter(file => file.endsWith('.dnn'));

const large = { ...tinyChip, sramBytes: 2 ** 22 };
const sixteen = ['ds_cnn.dnn', 'lenet.dnn', 'mlp.dnn', 'autoencoder.dnn'];
const sixtyOne = ['ds_cnn.dnn', 'lenet.dnn', 'mlp.dnn'];

const cases: readonly (readonly [string, ChipSpec])[] = [
  ...examples.map(file => [file, hostChip] as const),
  ...sixteen.map(file => [file, large] as const),
  ...sixtyOne.map(file => [file, { ...large, name: '61 tiles', tiles: 61 }] as const),
];

test.each(cases.map(([file, chip]) => [file, chip.name, chip] as const))('%s on %s', (file, _, chip) => {
  const outcome = plan({ name: file, text: readFileSync(join(folder, file), 'utf8') }, { chip });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  const { peakBytes, lowerBoundBytes } = outcome.value.report;
  expect(peakBytes).toBeLessThanOrEqual(Math.max(lowerBoundBytes + 64, 1.01 * lowerBoundBytes));
});
