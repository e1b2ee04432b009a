/**
 * Golden files have cases of `# title`, a source, `==>` and its result. A test computes all results of a file and compares the whole file;
 * `npm run bless` writes them anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Case {
  readonly title: string;
  readonly source: string;
}

/** The cases of a golden file. A source ends with one line break. */
export function casesOf(text: string): readonly Case[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map(part => {
      const titleEnd = part.indexOf('\n');
      const sourceEnd = part.indexOf('\n==>');
      return { title: part.slice(0, titleEnd), source: `${part.slice(titleEnd + 1, sourceEnd).trim()}\n` };
    });
}

/** Makes one test for each file of `folder`, which is beside the test; `run` returns the result of a source. */
export function testGoldens(folder: string, run: (source: string, title: string) => string): void {
  const path = fileURLToPath(new URL(`${folder}/`, import.meta.url));
  test.each(readdirSync(path).sort())(`${folder}/%s`, async name => {
    const cases = casesOf(readFileSync(path + name, 'utf8'));
    expect(cases.length).toBeGreaterThan(0);
    const text = cases
      .map(({ title, source }) => `# ${title}\n\n${source}\n==>\n\n${run(source, title).trimEnd()}\n`)
      .join('\n\n');
    await expect(text).toMatchFileSnapshot(path + name);
  });
}
