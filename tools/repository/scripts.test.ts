/** Commands run on the Node that the repository pins, whatever the machine has. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../workspace/packages.ts';

const { devDependencies, allowScripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

it('npm scripts see the pinned Node first', () => {
  const version = execFileSync('npm', ['exec', '--', 'node', '--version'], { cwd: repository, encoding: 'utf8' });
  expect(version.trim()).toBe(`v${devDependencies.node}`);
});

it('every install script of a dependency is allowed or denied, so that no install asks', () => {
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8'));
  const packages: [string, { hasInstallScript?: boolean; optional?: boolean }][] = Object.entries(lock.packages);
  const scripted = packages.filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional);
  const undecided = scripted
    .map(([path]) => path.split('node_modules/').at(-1)!)
    .filter(name => !(name in allowScripts));
  expect(undecided).toEqual([]);
});
