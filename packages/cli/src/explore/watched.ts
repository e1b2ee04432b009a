/** Tells when one of some files changes. Which files these are may change too: a program imports another one. */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { failed, succeeded } from '../session.ts';

export interface WatchedFiles {
  /** From now on these files are watched, and no others. Fails where a folder cannot be watched; the others are. */
  readonly follow: (paths: readonly string[]) => Outcome<undefined>;
  readonly close: () => void;
}

/** Calls `changed` for each change of a file that is followed: none, at first. */
export function watchedFiles(changed: () => void): WatchedFiles {
  let followed: ReadonlySet<string> = new Set();
  const watchers = new Map<string, FSWatcher>();
  const leave = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const enter = (folder: string) => {
    // A file that an editor saves by writing another one in its place is gone for whoever watches the file itself.
    const watcher = watch(folder, (_, name) => {
      // Some systems do not say which file it was.
      if (name === null || followed.has(`${folder}/${name}`)) changed();
    });
    // A folder that is removed, for one. It is watched again when its files are followed again.
    watcher.on('error', () => leave(folder));
    watchers.set(folder, watcher);
  };
  return {
    follow: paths => {
      followed = new Set(paths.map(path => `${dirname(path)}/${basename(path)}`));
      const folders = new Set(paths.map(path => dirname(path)));
      for (const folder of watchers.keys()) if (!folders.has(folder)) leave(folder);
      const refused = [...folders].filter(folder => !watchers.has(folder)).flatMap(folder => refusalOf(enter, folder));
      return refused.length === 0 ? succeeded(undefined) : failed('unreadable-file', refused.join('; '));
    },
    close: () => {
      for (const folder of watchers.keys()) leave(folder);
    },
  };
}

/** Why the folder cannot be watched, if it cannot: the system lets a user watch only so many, for one. */
function refusalOf(enter: (folder: string) => void, folder: string): readonly string[] {
  try {
    enter(folder);
    return [];
  } catch (error) {
    return [`${folder} cannot be watched: ${error instanceof Error ? error.message : String(error)}`];
  }
}
