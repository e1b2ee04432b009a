/**
 * The largest examples, whole, in 16 bits on the chip that has room for them: planned, and their placement verified by the referee. Of GPT-2
 * which the sample leaves out, two of the twelve layers are enough, since they are alike; the table of tokens, which is a third of all, stays as it is.
 */
import { readFileSync } from 'node:fs';
import { presetNamed } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { plan } from '../src/index.ts';
import { sampled } from './support/sample.ts';
import { unwrap } from './support/torch.ts';

const nets = [
  ['vgg16', {}, 138_357_544],
  ['gpt2', { layers: '2' }, 53_561_088],
] as const;

test.each(sampled(nets, 2))('%s', (name, set, parameters) => {
  const source = {
    name: `${name}.dnn`,
    text: readFileSync(new URL(`../../../examples/${name}.dnn`, import.meta.url), 'utf8'),
  };
  const chip = unwrap(presetNamed('gc200'));
  const { report } = unwrap(plan(source, { chip, precision: 'f16', set, verify: true }));
  expect(report.parameters).toBe(parameters);
});
