/**
 * `npm run reference`: the API reference of all packages, made of their docstrings, in `out/reference`. It installs typedoc the first time: that asks TypeScript's
 * older compiler, since the one that the repository uses answers no program.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPackages, repository } from '../workspace/packages.ts';

const folder = join(repository, 'tools/reference');
const typedoc = join(folder, 'node_modules/typedoc/bin/typedoc');
const output = join(repository, 'out/reference');

if (!existsSync(typedoc)) {
  execFileSync('npm', ['ci', '--prefix', folder], { stdio: 'inherit', shell: process.platform === 'win32' });
}
const entries = readPackages().flatMap(({ directory }) => entriesOf(join(repository, 'packages', directory)));
const flags = ['--tsconfig', join(folder, 'tsconfig.json'), '--out', output, '--name', 'Tessera', '--readme', 'none'];
// Those are checked by the repository's own compiler, which is newer.
flags.push('--skipErrorChecking', '--excludePrivate', '--excludeInternal', '--sort', 'source-order');
execFileSync(process.execPath, [typedoc, ...flags, ...entries.flatMap(entry => ['--entryPoints', entry])], {
  stdio: 'inherit',
});

/** The sources of what a package exports to others, what helps tests apart. */
function entriesOf(path: string): readonly string[] {
  const { exports }: { readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>> } = JSON.parse(
    readFileSync(join(path, 'package.json'), 'utf8'),
  );
  return Object.entries(exports)
    .filter(([subpath]) => subpath !== './testing')
    .map(([, conditions]) => join(path, conditions['@tessera/source']));
}
