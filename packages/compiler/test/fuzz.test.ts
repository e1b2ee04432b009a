/**
 * Random graphs over the op table, through all passes, on random chips with random options: what comes out is what the oracle says of
 * the graph as it was, and neither referee nor verifier complains. What it finds is shrunk and kept in shrunk.test.ts.
 */
import { randomModules } from '@tessera/graph/testing';
import { ops } from '@tessera/ops';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mistake, randomTypes, settings } from './support/fuzzing.ts';
import { randomCalls } from './support/random-calls.ts';

test('random graphs on random chips give what the oracle gives', () => {
  const modules = randomModules({ table: ops, calls: randomCalls, types: randomTypes, maxCalls: 30, attempts: 12 });
  fc.assert(
    fc.property(modules, settings, (random, chosen) => {
      expect(mistake(random, random, chosen)).toBeUndefined();
    }),
    { seed: 20, numRuns: 60 },
  );
});
