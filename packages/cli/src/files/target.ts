/** What a name that is to be written stands for. */
import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Io } from '../io.ts';

export interface Target {
  /** Behind all links: these keep pointing where they do. */
  readonly path: string;
  /** What is there already. */
  readonly found?: Stats;
  /** `/dev/null`, a pipe, a terminal: written to as it is, and never replaced by a file. */
  readonly isStream: boolean;
}

/** Throws the system's error for a name that can never be written: a folder, a circle of links. */
export function targetOf(io: Io, name: string): Target {
  const path = resolve(io.folder, name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  if (found !== undefined && !found.isFile()) return { path, found, isStream: true };
  return { path: behindLinks(path), found, isStream: false };
}

/** A link may point to a file that is not there yet. Circles are found by `stat` before. */
function behindLinks(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() ? behindLinks(resolve(dirname(path), readlinkSync(path))) : path;
}

/** Whether both names lead to the same file, or would if it were there. What cannot be looked at is no file that could be lost. */
export function isSameFile(io: Io, a: string, b: string): boolean {
  const [one, other] = [a, b].map(name => placeOf(io, name));
  if (one?.path !== undefined && one.path === other?.path) return true;
  return one?.ino !== undefined && one.ino === other?.ino && one.dev === other?.dev;
}

function placeOf(io: Io, name: string) {
  const path = resolve(io.folder, name);
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    // Of a link that points nowhere yet: where it points.
    return { path: found ? path : behindLinks(path), ino: found?.ino, dev: found?.dev };
  } catch {
    return { path };
  }
}
