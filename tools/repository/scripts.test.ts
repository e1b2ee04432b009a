/** Commands run on the Node that the repository pins, whatever the machine has. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../workspace/packages.ts';
import { missingPlatforms, readLock } from './lock.ts';

const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

/** The repository's own, that of the benchmark's peers, and that of what makes the reference. */
const installations = ['.', 'tools/bench', 'tools/reference'];

interface Manifest {
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

it('npm scripts see the pinned Node first', () => {
  const version = execFileSync('npm', ['exec', '--', 'node', '--version'], { cwd: repository, encoding: 'utf8' });
  expect(version.trim()).toBe(`v${devDependencies.node}`);
});

it.each(installations)('%s allows or denies every install script of a dependency, so that no install asks', folder => {
  const { allowScripts }: Manifest = JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8'));
  const scripted = Object.entries(readLock(folder).packages).filter(
    ([, { hasInstallScript, optional }]) => hasInstallScript && !optional,
  );
  const undecided = scripted
    .map(([path]) => path.split('node_modules/').at(-1)!)
    .filter(name => !(name in allowScripts));
  expect(undecided).toEqual([]);
});

it.each(installations)('the lock of %s has the packages of every platform, so that `npm ci` works on each', folder => {
  expect(missingPlatforms(readLock(folder)).map(([path]) => path)).toEqual([]);
});

it('a platform is read off the name', () => {
  const optionalDependencies = {
    '@biomejs/cli-linux-arm64-musl': '2.0.0',
    '@nx/nx-win32-x64-msvc': '3.0.0',
    fsevents: '1.0.0',
  };
  const packages = {
    a: { dev: true, optionalDependencies },
    'node_modules/x/node_modules/@nx/nx-darwin-x64': {},
    b: { optionalDependencies: { '@nx/nx-darwin-x64': '3.0.0' } },
  };
  expect(missingPlatforms({ packages })).toEqual([
    [
      'node_modules/@biomejs/cli-linux-arm64-musl',
      { version: '2.0.0', dev: true, optional: true, os: ['linux'], cpu: ['arm64'], libc: ['musl'] },
    ],
    [
      'node_modules/@nx/nx-win32-x64-msvc',
      { version: '3.0.0', dev: true, optional: true, os: ['win32'], cpu: ['x64'] },
    ],
  ]);
});

it('tests that put something in the place of a module have their modules for themselves', () => {
  const config = readFileSync(join(repository, 'vitest.config.ts'), 'utf8');
  const mocking = globSync('{packages,tools,examples,docs}/**/*.test.ts', {
    cwd: repository,
    exclude: name => name === 'node_modules',
  })
    .filter(file => /\bvi\.(do)?mock\(/i.test(readFileSync(join(repository, file), 'utf8')))
    .filter(file => file !== 'tools/repository/scripts.test.ts');
  expect(mocking.filter(file => !config.includes(`'${file}'`))).toEqual([]);
  expect(mocking).not.toEqual([]);
});
