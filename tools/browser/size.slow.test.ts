/**
 * What a page downloads to run an artifact, to train one on threads, and to check and plan programs: code is loaded when it is needed, that of
 * the compiler's library only where code is made.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { repository } from '../workspace/packages.ts';

const chip = join(repository, 'packages/chip/src/index.ts');
const running = `import { load } from ${JSON.stringify(chip)};\nexport const run = async bytes => (await load(bytes)).run('net');\n`;
const planning = `export { check, memoryTables, plan } from ${JSON.stringify(join(repository, 'packages/compiler/src/planning/index.ts'))};\n`;

interface File {
  readonly code?: string;
  readonly source?: string;
}

/** The files of a page; `later` are modules that are left out. */
async function filesOf(page: string, later?: RegExp): Promise<readonly File[]> {
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
    const [{ output }] = built as { output: readonly File[] }[];
    return output;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes of all files together, compressed. */
function sizeOf(files: readonly File[]): number {
  return files.reduce((sum, { code, source = '' }) => sum + gzipSync(code ?? source).length, 0);
}

it('load and run take 10 KB, with training and threads 20, with weights beside the code 24', async () => {
  const others = /training\/train|threads\/(crew|count)|weights\/stream|pause|relaxed/;
  expect(sizeOf(await filesOf(running, others))).toBeLessThan(10_000);
  expect(sizeOf(await filesOf(running, /weights\/stream/))).toBeLessThan(20_000);
  expect(sizeOf(await filesOf(running))).toBeLessThan(24_000);
});

it('check, plan and memory take 320 KB, and none of the library that makes code', async () => {
  const files = await filesOf(planning, /^@tessera-dnn\/wasm$/);
  expect(sizeOf(files)).toBeLessThan(320_000);
  expect(files.some(({ code = '' }) => /binaryen|from ?"node:/.test(code))).toBe(false);
});
