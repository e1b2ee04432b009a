/**
 * Checks the codes of diagnostics. Code that makes a diagnostic takes its code from the catalogue of its package, so that one without an
 * explanation is a type error. These tests find places that avoid this rule, catalogues that the command line leaves out, and entries that
 * no diagnostic uses.
 */
import type { Explanation } from '@tessera-dnn/diagnostics';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../packages/cli/src/explain/catalogue.ts';
import { readPackages, type SourceFile } from '../workspace/packages.ts';

const packages = readPackages().map(({ name, directory, sources }) => ({
  name,
  directory,
  sources: sources.filter(({ path }) => path.startsWith('src/') && !path.startsWith('src/testing/')),
}));

/** The text of all sources except the catalogues, in which every code that is used must occur. */
const elsewhere = packages
  .flatMap(({ sources }) => sources.filter(({ path }) => !path.startsWith('src/explain/')))
  .map(({ text }) => text)
  .join('\n');

describe.each(packages)('$name', ({ sources }) => {
  it('takes the codes of its diagnostics from its catalogue', () => {
    const untyped = sources.filter(makesDiagnostics).filter(file => !file.imports.some(isCatalogue));
    expect(untyped.map(({ path }) => `${path} makes a Diagnostic, but not a Diagnostic<Code>`)).toEqual([]);
  });
});

describe.each(packages.filter(({ directory, sources }) => directory !== 'cli' && sources.some(isCatalogueFile)))(
  'the catalogue of $name',
  ({ name }) => {
    it('is among those that `tessera explain` knows', async () => {
      const module: { readonly catalogue?: readonly Explanation[] } = await import(/* @vite-ignore */ name);
      expect(module.catalogue, 'exported by src/index.ts').toBeDefined();
      const missing = module.catalogue?.filter(entry => !catalogue.includes(entry)).map(({ code }) => code);
      expect(missing, 'join it in packages/cli/src/explain/catalogue.ts').toEqual([]);
    });
  },
);

it('no code is explained twice', () => {
  const codes = catalogue.map(({ code }) => code);
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
});

it.each(catalogue.map(entry => [entry.code, entry] as const))(
  '%s is well written, and given by some package',
  (code, entry) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(entry.title).toMatch(/^[^\n]*[^.\s]$/);
    expect(entry.text).toMatch(/^[A-Z`][^\n]{40,}[.…]$/);
    expect(entry.example ?? '\n').toMatch(/\n$/);
    expect(elsewhere.includes(`'${code}'`), `'${code}' stands in a source`).toBe(true);
  },
);

/** Whether the file makes diagnostics: that is where a severity is given next to a code, and not only compared. */
function makesDiagnostics({ text }: SourceFile): boolean {
  return /\bseverity: '(?:error|warning)'/.test(text);
}

function isCatalogueFile({ path }: SourceFile): boolean {
  return path === 'src/explain/catalogue.ts';
}

function isCatalogue(specifier: string): boolean {
  return specifier.endsWith('explain/catalogue.ts');
}
