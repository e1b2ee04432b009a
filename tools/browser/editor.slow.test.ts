/** CodeMirror with the service behind it, in a browser. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasChromium, runInChromium } from './chromium.ts';

it.skipIf(!hasChromium)('an editor in a page marks mistakes, mends them and completes', async () => {
  const page = { entry: join(import.meta.dirname, 'editor-page.ts'), files: {} };
  const found = await runInChromium(page);
  expect(found).toMatchObject({
    marked: ['rellu'],
    mended: 'model net(x: f32[2, 8]) {\n  x |> dense(4) as fc |> relu\n}\n',
    offered: expect.arrayContaining(['max_pool', 'matmul']),
  });
});
