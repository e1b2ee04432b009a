/** The catalogue of diagnostics is complete and says nothing in vain. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue, explain } from '@tessera/language';
import { describe, expect, test } from 'vitest';

/** Ops report problems under codes of the language too. */
const folder = fileURLToPath(new URL('../../', import.meta.url));
const sources = globSync('{language,graph,ops}/src/**/*.ts', { cwd: folder })
  .filter(name => !name.includes('/explain/'))
  .map(name => readFileSync(folder + name, 'utf8'))
  .join('\n');

describe('the catalogue', () => {
  test('has each code once', () => {
    const codes = catalogue.map(({ code }) => code);
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
  });

  test.each(catalogue.map(entry => [entry.code, entry] as const))(
    '%s is well written and reported somewhere',
    (code, entry) => {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(entry.title).toMatch(/^[^\n]*[^.\s]$/);
      expect(entry.text).toMatch(/^[A-Z`][^\n]{40,}[.…]$/);
      expect(entry.example ?? '\n').toMatch(/\n$/);
      expect(sources).toContain(`'${code}'`);
    },
  );
});

test('a code is found in any case, another text is not', () => {
  expect(explain(' Empty-File ')?.code).toBe('empty-file');
  expect(explain('no-such-code')).toBeUndefined();
});
