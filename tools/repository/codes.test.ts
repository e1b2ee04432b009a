/**
 * Codes of diagnostics. Who makes a diagnostic takes its code from the catalogue of its package, so that one without an explanation is a type
 * error; these tests say where a package goes round that, where the command line leaves a catalogue out, and which entries nothing gives.
 */
import type { Explanation } from '@tessera/diagnostics';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../packages/cli/src/explain/catalogue.ts';
import { readPackages, type SourceFile } from '../workspace/packages.ts';

const packages = readPackages().map(({ name, directory, sources }) => ({
  name,
  directory,
  sources: sources.filter(({ path }) => path.startsWith('src/') && !path.startsWith('src/testing/')),
}));

/** The text of all sources but the catalogues, in which every code must stand that is ever given. */
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

/** A severity stands beside a code only where a diagnostic is made; comparisons with `===` are no such place. */
function makesDiagnostics({ text }: SourceFile): boolean {
  return /\bseverity: '(?:error|warning)'/.test(text);
}

function isCatalogueFile({ path }: SourceFile): boolean {
  return path === 'src/explain/catalogue.ts';
}

function isCatalogue(specifier: string): boolean {
  return specifier.endsWith('explain/catalogue.ts');
}
