/** The Node that a package asks for is what it needs: 20, what its sources call, or what a dependency asks for. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPackages, repository } from '../workspace/packages.ts';

interface Manifest {
  readonly engines?: { readonly node?: string };
}

/** The version after which our sources' syntax and library (`es2023`) are there. */
const least: Version = [20, 0];
/** The one after which modules of Node's own are had without importing them, which 20.16 has too. */
const builtinModules: Version = [22, 3];
type Version = readonly [major: number, minor: number];

/** Of `>=22.12`, `>=22.12.0` and `^20.19.0 || >=22.12.0`; ranges that allow older versions than ours ask for nothing. */
function needed(folder: string): Version {
  const { engines }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const [, major, minor = '0'] = />=(\d+)(?:\.(\d+))?/.exec(engines?.node ?? '') ?? [];
  return major === undefined ? [0, 0] : [Number(major), Number(minor)];
}

function later(a: Version, b: Version): Version {
  return a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]) ? a : b;
}

describe.each(readPackages())('$name', ({ directory, dependencies, sources }) => {
  it('says which Node it needs', () => {
    const folders = dependencies
      .map(name => join(repository, 'node_modules', name))
      .filter(folder => existsSync(folder));
    const own = sources.some(({ path, text }) => path.startsWith('src/') && text.includes('getBuiltinModule'))
      ? builtinModules
      : least;
    expect(needed(join(repository, 'packages', directory))).toEqual(folders.map(needed).reduce(later, own));
  });
});
