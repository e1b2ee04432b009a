/**
 * Hidden files in the same folder, used while a file is written. They are named after the file, so that leftovers of a killed process can
 * be found and removed.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { codeOf } from '../io.ts';

export interface BesideNames {
  /**
   * A new name at each call. It does not rely on process numbers alone, since processes in different containers often have the same ones.
   */
  readonly fresh: () => string;
  /** The partial file of the process that holds the lock. */
  readonly own: string;
  readonly lock: string;
  /** The complete copy that exists while a file with several hard links is rewritten in place. */
  readonly whole: string;
}

/** File names may have 255 bytes. If the file's own name leaves no room for an ending, its hash takes its place. */
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
 * Removes files that earlier writers of `path` left behind, if these have surely ended: this host has no process of that number (or it is
 * this process, which has written nothing yet), and the file has not changed for so long that a writer in another container or on another
 * host cannot be at work either.
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

/** A writer that is at work changes its file much more often than this. */
const oldMilliseconds = 600_000;

function isOld(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > oldMilliseconds;
}
