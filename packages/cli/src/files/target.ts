/** Finds out which file a name to be written leads to. */
import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Io } from '../io.ts';

export interface Target {
  /** The path after all symbolic links are followed, so that writing replaces the file and not the link. */
  readonly path: string;
  /** The file that exists already, if any. */
  readonly found?: Stats;
  /** Whether it is a stream such as `/dev/null`, a pipe or a terminal, which is written to directly and never replaced by a file. */
  readonly isStream: boolean;
}

/** The target of a name. Throws the system's error for a name that can never be written, such as a folder or a circle of links. */
export function targetOf(io: Io, name: string): Target {
  const path = resolve(io.folder, name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  if (found !== undefined && !found.isFile()) return { path, found, isStream: true };
  return { path: withoutLinks(path), found, isStream: false };
}

/**
 * The path at the end of all links. The last one may point to a file that does not exist yet. There are no circles here: `stat` has refused
 * them.
 */
function withoutLinks(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() ? withoutLinks(resolve(dirname(path), readlinkSync(path))) : path;
}

/**
 * Whether both names lead to the same file, or would do so if it existed. A name that cannot be looked up counts as no file, since nothing
 * can be lost there.
 */
export function isSameFile(io: Io, a: string, b: string): boolean {
  const [one, other] = [a, b].map(name => placeOf(io, name));
  if (one?.path !== undefined && one.path === other?.path) return true;
  return one?.ino !== undefined && one.ino === other?.ino && one.dev === other?.dev;
}

function placeOf(io: Io, name: string) {
  const path = resolve(io.folder, name);
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    // A link whose file does not exist yet stands for that file.
    return { path: found ? path : withoutLinks(path), ino: found?.ino, dev: found?.dev };
  } catch {
    return { path };
  }
}
