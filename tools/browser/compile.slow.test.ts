/** The compiler in Chromium: in a worker, beside a page that goes on. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasChromium, runInChromium } from './chromium.ts';

it.skipIf(!hasChromium)('a page compiles in a worker, and runs what it has compiled', async () => {
  const page = { entry: join(import.meta.dirname, 'compile-page.ts'), files: {} };
  const { longest, ...rest } = (await runInChromium(page)) as { readonly longest: number };
  expect(rest).toEqual({ output: [0, 6], hasStages: true, aborted: 'compile-aborted' });
  // The file of the worker is 15 MB; what the page does for it is to start it.
  expect(longest).toBeLessThan(200);
});
