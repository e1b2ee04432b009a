/** A Python with the package of this repository in it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../workspace/packages.ts';

/** Why there is none: the end of a sentence that begins with "since". */
export interface Lacking {
  readonly lacking: string;
}

/**
 * The path of a Python of its own in which the package in `folder` is installed from a wheel, with what it needs. Made once for each state of the
 * package, in `out/python`.
 */
export function pythonWith(folder: string): string | Lacking {
  const version = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 9))'], { encoding: 'utf8' });
  if (version.stdout?.trim() !== 'True') return { lacking: 'there is no python3 of 3.9 or later' };
  const place = join(repository, 'out/python', hashOf(folder));
  const python = join(place, 'bin/python');
  if (existsSync(join(place, 'ready'))) return python;
  mkdirSync(place, { recursive: true });
  const made = spawnSync('python3', ['-m', 'venv', place]);
  if (made.status !== 0) return { lacking: 'python3 cannot make an environment (python3-venv)' };
  const flags = ['-m', 'pip', '--quiet', '--disable-pip-version-check', '--retries', '0', '--timeout', '20'];
  const installed = spawnSync(python, [...flags, 'install', folder], { timeout: 120_000 });
  if (installed.status !== 0) return { lacking: 'pip cannot install numpy and wasmtime' };
  spawnSync('touch', [join(place, 'ready')]);
  return python;
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter(name => /\.(py|toml|md)$/.test(name) && !/^(build|tests)/.test(name)).sort())
    hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
