/**
 * Random training steps, through all passes, on random chips with random options: what a differentiated program gives and how it updates
 * its params is what the oracle says of the graph that differentiation alone makes. What it finds is shrunk and kept in shrunk.test.ts.
 */
import { type RandomModule, randomModules } from '@tessera/graph/testing';
import { ops } from '@tessera/ops';
import { differentiate } from '@tessera/passes';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mistake, randomTypes, settings } from './support/fuzzing.ts';
import { randomCalls } from './support/random-calls.ts';
import { trainingOf } from './support/random-training.ts';

test('random training steps on random chips give what the oracle gives', () => {
  const modules = randomModules({ table: ops, calls: randomCalls, types: randomTypes, maxCalls: 20, attempts: 12 })
    .map(trainingOf)
    .filter(training => training !== undefined);
  let trained = 0;
  fc.assert(
    fc.property(modules, settings, (training, chosen) => {
      trained++;
      expect(mistake(training, differentiated(training), chosen)).toBeUndefined();
    }),
    { seed: 21, numRuns: 60 },
  );
  expect(trained).toBeGreaterThanOrEqual(60);
});

function differentiated(training: RandomModule): RandomModule {
  return { ...training, module: differentiate.run(training.module, { table: ops, strict: true }) };
}
