/** A page whose policy forbids an artifact is told so. What else pages meet is tried in `tools/engines`. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { handMade } from '../../packages/chip/test/hand-made.ts';
import { hasChromium, runInChromium } from './chromium.ts';

const page = {
  entry: join(import.meta.dirname, 'hosts-page.ts'),
  scripts: { '/worklet.js': join(import.meta.dirname, 'worklet.ts') },
  files: { '/hand-made.wasm': handMade(), '/called-otherwise': handMade() },
};
const y = [4.5, -6];

it.skipIf(!hasChromium)('a policy without wasm-unsafe-eval is told as such', async () => {
  const headers = { 'content-security-policy': "script-src 'self'" };
  const forbidden = ['wasm-forbidden'];
  expect(await runInChromium({ ...page, headers })).toMatchObject({
    ...{ bytes: forbidden, address: forbidden, response: forbidden, called: forbidden, blob: forbidden },
    missing: ['unreadable-artifact'],
  });
});

it.skipIf(!hasChromium)('and with it all is well, in a page and in a worklet', async () => {
  const headers = { 'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'" };
  expect(await runInChromium({ ...page, headers })).toMatchObject({ bytes: y, address: y, response: y, worklet: y });
});
