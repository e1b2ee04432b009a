/** A short one of what `stress.ts` does for as long as one likes. */
import { expect, it } from 'vitest';
import { stress } from './stress.ts';

it('never hangs, gives the bits of one thread, and notices every loss within a second', {
  timeout: 180_000,
}, async () => {
  expect((await stress(600, 8)).slowest).toBeLessThan(1000);
});
