/** The wheel of the Python package. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../workspace/packages.ts';

/** Builds the wheel and moves it to `folder`; undefined where there is no Python that can. */
export function packWheel(folder: string): string | undefined {
  const made = mkdtempSync(join(folder, 'wheel-'));
  try {
    const flags = ['-m', 'pip', '--quiet', 'wheel', '--no-deps', '--wheel-dir', made, join(repository, 'python')];
    if (spawnSync('python3', flags, { timeout: 120_000 }).status !== 0) return undefined;
    const [name] = readdirSync(made);
    renameSync(join(made, name), join(folder, name));
    return join(folder, name);
  } finally {
    rmSync(made, { recursive: true });
  }
}
