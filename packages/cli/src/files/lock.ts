/**
 * Locks of the system (flock) on open files: only one process at a time has a file, in whatever container, and the system takes the lock
 * back however that process ends. Node cannot ask for one, but its child can: both share what is open.
 */
import { spawnSync } from 'node:child_process';

/** `unknown` where there is no such program, or the file system knows no locks: then nobody is kept out. */
export function lock(file: number): 'had' | 'taken' | 'unknown' {
  const { status } = spawnSync('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', file] });
  if (status === 0) return 'had';
  return status === 1 ? 'taken' : 'unknown';
}
