/** The chip package, and artifacts without it, run in a browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '@tessera-dnn/compiler';
import type { StoredTensor } from '@tessera-dnn/formats';
import { presets } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import { handMade } from '../../packages/chip/test/hand-made.ts';
import { chromium, hasChromium, runInChromium } from './chromium.ts';
import { runModel } from './model-run.ts';
import { runTraining } from './train-run.ts';

if (!hasChromium) console.warn(`skipped: nothing runs in a browser, since there is no ${chromium}`);

it.skipIf(!hasChromium)(
  'an artifact gives the same answer in Chromium, with the chip package and without',
  async () => {
    const entry = join(import.meta.dirname, 'chip-page.ts');
    const answer = await runInChromium({ entry, files: { '/hand-made.wasm': handMade() } });
    expect(answer).toEqual({ chip: [-4.5, 6], bare: [4.5, -6] });
  },
);

/** Made-up weights for `model.dnn`. */
const weights = new Map<string, StoredTensor>(
  Object.entries({
    'conv.weight': [4, 1, 3, 3],
    'conv.bias': [4],
    'fc1.weight': [16, 144],
    'fc1.bias': [16],
    'fc2.weight': [10, 16],
    'fc2.bias': [10],
  }).map(([path, shape]) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    return [
      path,
      { element: 'f32', shape, data: Float32Array.from({ length }, (_, i) => Math.fround(((i * 29) % 17) / 17 - 0.5)) },
    ];
  }),
);

it.skipIf(!hasChromium)('a compiled network, strict, gives the bits it gives in Node', async () => {
  const name = 'model.dnn';
  const text = readFileSync(join(import.meta.dirname, name), 'utf8');
  const tiny = presets.find(chip => chip.name === 'tiny');
  const compiled = compile({ name, text }, { chip: tiny, math: 'strict', weights });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const { bytes } = compiled.value;
  const here = await runModel(bytes);
  expect([0, 10].map(at => here.slice(at, at + 10).reduce((sum, p) => sum + p))).toEqual([
    expect.closeTo(1, 5),
    expect.closeTo(1, 5),
  ]);
  const there = await runInChromium({
    entry: join(import.meta.dirname, 'model-page.ts'),
    files: { '/model.wasm': bytes },
  });
  expect(there).toEqual(here);
});

const fit = `train fit[n = 2](image: f32[n, 1, 12, 12], label: i32[n]) {
  let loss = cross_entropy(dropout(digits(image), 0.1), label)
  minimize loss using sgd(rate: 0.1, momentum: 0.5)
  return { loss }
}
`;

it.skipIf(!hasChromium)('a training, strict, takes the steps it takes in Node', async () => {
  const name = 'model.dnn';
  const text = readFileSync(join(import.meta.dirname, name), 'utf8');
  const tiny = presets.find(chip => chip.name === 'tiny');
  const compiled = compile({ name, text: `${text}\n${fit}` }, { chip: tiny, math: 'strict' });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const { bytes } = compiled.value;
  const here = await runTraining(bytes);
  // Eleven images make five batches of two.
  expect(here.losses).toHaveLength(20);
  expect(here.losses.every(Number.isFinite)).toBe(true);
  const there = await runInChromium({
    entry: join(import.meta.dirname, 'train-page.ts'),
    files: { '/model.wasm': bytes },
  });
  expect(there).toEqual(here);
});
