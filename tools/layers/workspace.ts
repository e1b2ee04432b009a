/** Reads this repository in the form that the rules check. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPackages, repository, sourceFiles } from '../workspace/packages.ts';
import { allowedCircles } from './allowed-circles.ts';
import type { Workspace } from './rules.ts';

export function readWorkspace(root: string = repository): Workspace {
  const { devDependencies = {}, dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    packages: readPackages(root),
    rootDependencies: Object.keys({ ...dependencies, ...devDependencies }),
    tools: sourceFiles(root, ['tools']),
    allowedCircles,
  };
}
