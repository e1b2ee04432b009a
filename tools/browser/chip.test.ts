/** The chip package, and artifacts without it, run in a browser. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { handMade } from '../../packages/chip/test/hand-made.ts';
import { chromium, hasChromium, runInChromium } from './chromium.ts';

if (!hasChromium) console.warn(`skipped: nothing runs in a browser, since there is no ${chromium}`);

it.skipIf(!hasChromium)(
  'an artifact gives the same answer in Chromium, with the chip package and without',
  async () => {
    const entry = join(import.meta.dirname, 'chip-page.ts');
    const answer = await runInChromium({ entry, files: { '/hand-made.wasm': handMade() } });
    expect(answer).toEqual({ chip: [-4.5, 6], bare: [4.5, -6] });
  },
);
