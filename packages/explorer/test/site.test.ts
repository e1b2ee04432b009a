/** What a browser loads for the pages, compressed. */
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { siteFiles } from '../src/node/index.ts';

it('the explorer takes less than 400 KB beside the compiler, which it has once; a report takes less than 50', async () => {
  const files = await siteFiles();
  const sizeOf = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + gzipSync(files.get(name) ?? '').length, 0);
  const [report, style] = ['report.js', 'style.css'];
  expect(sizeOf([report, style])).toBeLessThan(50_000);
  // The language and the compiler are what page and workers share.
  const shared = [...files.keys()].filter(name => name.startsWith('chunk-'));
  expect(sizeOf(['explorer.js', style])).toBeLessThan(400_000);
  expect(sizeOf(['explorer.js', style, 'planning.js', 'repairing.js', ...shared])).toBeLessThan(550_000);
});
