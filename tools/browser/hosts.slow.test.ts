/** An artifact is loaded in Chromium from wherever it may be, and a page whose policy forbids it is told so. */
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

it.skipIf(!hasChromium)(
  'from bytes, addresses, responses, blobs, whatever their type; in a page and in a worklet',
  async () => {
    expect(await runInChromium(page)).toEqual({
      ...{ bytes: y, address: y, url: y, response: y, called: y, blob: y, worklet: y },
      missing: ['unreadable-artifact'],
      page: ['foreign-wasm'],
    });
  },
);

it.skipIf(!hasChromium)('a policy without wasm-unsafe-eval is told as such', async () => {
  const headers = { 'content-security-policy': "script-src 'self'" };
  const forbidden = ['wasm-forbidden'];
  expect(await runInChromium({ ...page, headers })).toMatchObject({
    ...{ bytes: forbidden, address: forbidden, response: forbidden, called: forbidden, blob: forbidden },
    missing: ['unreadable-artifact'],
  });
});

it.skipIf(!hasChromium)('and with it all is well', async () => {
  const headers = { 'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'" };
  expect(await runInChromium({ ...page, headers })).toMatchObject({ bytes: y, address: y, response: y, worklet: y });
});
