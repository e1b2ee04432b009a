/** What lies beside a file while it is written: hidden files that bear its name, and go away even after a process that was killed. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { codeOf } from '../io.ts';

export interface BesideNames {
  /** Another one each time, so that processes never meet, whatever their numbers: in containers they are often the same. */
  readonly fresh: () => string;
  /** Of whoever holds the lock. */
  readonly own: string;
  readonly lock: string;
  /** A whole copy, while a file with several names is written where it is. */
  readonly whole: string;
}

/** A name may have 255 bytes; where the file's own leaves no room for more, its hash stands for it. */
const longestStemBytes = 200;

/** The names of the hidden files beside `path`, an absolute path. */
export function besideNames(path: string): BesideNames {
  const stem = stemOf(path);
  const hidden = (end: string) => join(dirname(path), `.${stem}.${end}`);
  return {
    fresh: () => hidden(`${process.pid}.${randomBytes(6).toString('hex')}.partial`),
    own: hidden('partial'),
    lock: hidden('lock'),
    whole: hidden('whole'),
  };
}

function stemOf(path: string): string {
  const name = basename(path);
  return Buffer.byteLength(name) <= longestStemBytes ? name : createHash('sha256').update(name).digest('hex');
}

/**
 * Removes what writers of `path` left that are surely dead: here is no process of that number (or it is our own, which has written nothing
 * yet), and nobody has touched the file for so long that no writer elsewhere, in another container or on another host, can be at work.
 */
export function sweepBeside(path: string): void {
  const [start, end] = [`.${stemOf(path)}.`, '.partial'];
  for (const name of namesIn(dirname(path))) {
    if (!name.startsWith(start) || !name.endsWith(end)) continue;
    const [, pid] = /^(\d+)(\.[0-9a-f]{12})?$/.exec(name.slice(start.length, -end.length)) ?? [];
    const left = join(dirname(path), name);
    if (pid !== undefined && isGone(Number(pid)) && isOld(left)) rmSync(left, { force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isGone(pid: number): boolean {
  try {
    return pid === process.pid || !process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** A writer adds to its file all the time. */
const oldMilliseconds = 600_000;

function isOld(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > oldMilliseconds;
}
