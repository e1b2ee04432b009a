/**
 * Locks of the operating system (flock) on open files. Only one process at a time holds a lock, even across containers, and the system
 * releases it however that process ends. Node has no call for it, but a child process can take the lock on a file that it inherits open
 * from us.
 */
import { spawnSync } from 'node:child_process';

/**
 * Tries to lock the open file. `taken` if another process has the lock; `unknown` if this host has no program `flock` or the file system no
 * locks, so that nobody is kept out.
 */
export function lock(file: number): 'had' | 'taken' | 'unknown' {
  const { status } = spawnSync('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', file] });
  if (status === 0) return 'had';
  return status === 1 ? 'taken' : 'unknown';
}
