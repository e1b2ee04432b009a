/** Pages in a browser: one reads the seven it draws by itself, and a one that is drawn with the pointer; one writes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '@tessera-dnn/compiler';
import { readSafetensors } from '@tessera-dnn/formats';
import { expect, it } from 'vitest';
import { hasChromium, runInChromium } from '../../../tools/browser/chromium.ts';
import { importsOf } from '../../../tools/workspace/imports.ts';

const examples = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(examples, path));

interface Reading {
  readonly digit: string;
  readonly shares: readonly number[];
}

function compiled(file: string, weightsFile: string, program: string): Uint8Array {
  const weights = readSafetensors(read(weightsFile), weightsFile);
  if (!weights.ok) throw new Error(weights.diagnostics[0].message);
  const source = { name: file, text: read(file).toString() };
  const compiled = compile(source, { weights: weights.value.tensors, programs: [program] });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  return compiled.value.bytes;
}

it.skipIf(!hasChromium)('reads digits in Chromium, and writes the same for a seed', async () => {
  const lenet = compiled('lenet.dnn', 'digits/lenet.weights.safetensors', 'lenet');
  const writer = compiled('writer.dnn', 'writer.safetensors', 'next');
  const pages = { '/index.html': read('web/index.html'), '/write.html': read('web/write.html') };
  const files = { '/lenet.wasm': lenet, '/writer.wasm': writer, ...pages };
  const { first, second, texts } = (await runInChromium({ entry: join(import.meta.dirname, 'page.ts'), files })) as {
    readonly first: Reading;
    readonly second: Reading;
    readonly texts: readonly string[];
  };
  expect([first.digit, second.digit]).toEqual(['7', '1']);
  for (const { shares } of [first, second]) expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
  expect(first.shares[7]).toBeGreaterThan(0.9);
  expect(texts[0]).toMatch(/^block dense\([\s\S]{600}$/);
  expect(texts[1]).toBe(texts[0]);
});

it.skipIf(!hasChromium)('says what is missing where the browser cannot run the file', async () => {
  // A function whose body is a vector instruction that no browser knows.
  const unknown = [0xfd, 0xff, 0x7f];
  const module = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 7, 1, 5, 0, ...unknown, 0x0b];
  const files = { '/lenet.wasm': Uint8Array.from(module), '/index.html': read('web/index.html') };
  const said = await runInChromium({ entry: join(import.meta.dirname, 'page-without.ts'), files });
  expect(said).toMatch(/^This browser cannot run lenet\.wasm, which needs WebAssembly with SIMD/);
});

it('needs nothing but the WebAssembly API', () => {
  expect(importsOf(read('web/main.ts').toString())).toEqual([]);
});
