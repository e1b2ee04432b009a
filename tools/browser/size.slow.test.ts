/** What a page downloads to run an artifact, and to train one on threads: code is loaded when it is needed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { repository } from '../workspace/packages.ts';

const chip = join(repository, 'packages/chip/src/index.ts');
const page = `import { load } from ${JSON.stringify(chip)};\nexport const run = async bytes => (await load(bytes)).run('net');\n`;

/** Bytes of all files together, compressed; `later` are modules that are left out. */
async function size(later?: RegExp): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-size-'));
  const entry = join(folder, 'page.js');
  writeFileSync(entry, page);
  try {
    const built = await build({
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['@tessera/source', 'module', 'browser', 'import', 'default'] },
      build: {
        write: false,
        target: 'es2023',
        lib: { entry, formats: ['es'], fileName: 'page' },
        // A library's build keeps its lines; that of a page does not.
        rolldownOptions: { output: { minify: true }, external: id => later?.test(id) ?? false },
      },
    });
    const [{ output }] = built as { output: { code?: string; source?: string }[] }[];
    return output.reduce((sum, { code, source = '' }) => sum + gzipSync(code ?? source).length, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('load and run take 10 KB, and all there is takes 20', async () => {
  expect(await size(/training\/train|threads\/(crew|count)|pause/)).toBeLessThan(10_000);
  expect(await size()).toBeLessThan(20_000);
});
