/**
 * Examples of the large networks, at a size that PyTorch's weights and answers are small files at (tools/fixtures/examples.py), on one tile and
 * many, in 32 and in 16 bits. Weights have 16 bits everywhere, so that only what is computed differs.
 */
import { presetNamed } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { chipOf, toleranceOf } from './support/run-module.ts';
import { firstMistake, readFixture, unwrap } from './support/torch.ts';

const fixtures = new URL('fixtures/examples/', import.meta.url);
const examples = new URL('../../../examples/', import.meta.url);

const settings = {
  vgg16: { width: '2', size: '32', hidden: '24', classes: '10' },
  mobilenet_v1: { width: '2', size: '32', classes: '2' },
  gpt2: { vocabulary: '61', steps: '13', places: '16', width: '24', heads: '3', layers: '2' },
} as const;
const few = [chipOf(1), chipOf(16)];
const all = [...few, unwrap(presetNamed('gc200'))];
const chips = { vgg16: all, mobilenet_v1: few, gpt2: all } as const;
const names = Object.keys(settings) as readonly (keyof typeof settings)[];

test.each(names.flatMap(name => chips[name].map(chip => [name, chip.name, chip] as const)))(
  '%s on %s',
  (name, _, chip) => {
    const fixture = readFixture(name, fixtures, new URL(`${name}.dnn`, examples));
    const set = { ...settings[name], [`${name}.n`]: '2' };
    expect(firstMistake(fixture, { chip, set }, 1e-5)).toBeUndefined();
    expect(firstMistake(fixture, { chip, set, precision: 'f16' }, toleranceOf('f16'))).toBeUndefined();
  },
);
