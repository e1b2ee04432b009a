/** Chips on several threads in a browser, and in a page that may not have any. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasChromium, runInChromium } from '../browser/chromium.ts';
import { handMade } from './hand-made.ts';

const page = { entry: join(import.meta.dirname, 'page.ts'), files: { '/hand-made.wasm': handMade() } };

interface Report {
  readonly longest: number;
  readonly lost?: { readonly code: string; readonly after: number };
}

it.skipIf(!hasChromium)(
  'an isolated page runs on threads, stays responsive, and notices when one is lost',
  async () => {
    const { longest, lost, ...rest } = (await runInChromium({ ...page, isolated: true })) as Report;
    // What the page asks of the chip without waiting, it computes alone.
    expect(rest).toEqual({ threads: 3, warnings: [], together: 0b111, alone: 1 });
    expect(longest).toBeLessThan(50);
    expect(lost?.code).toBe('thread-lost');
    // Chromium takes two seconds to end a worker that is busy.
    expect(lost?.after).toBeLessThan(4000);
  },
);

it.skipIf(!hasChromium)('any other page runs on one, and is told why', async () => {
  const { longest, ...rest } = (await runInChromium(page)) as Report;
  expect(rest).toEqual({
    threads: 1,
    warnings: ['this page is not cross-origin isolated, so the chip runs on one thread'],
    together: 1,
    alone: 1,
  });
  // The whole program is one phase, behind which there is a pause.
  expect(longest).toBeGreaterThan(0);
});
