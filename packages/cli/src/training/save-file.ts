/**
 * The file that a training saves to. The training locks it from before the first step until the end: what would keep it from being written
 * is reported while nothing is lost yet, and a second training that would save to it is refused.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { besideNames, sweepBeside } from '../files/beside.ts';
import { lock } from '../files/lock.ts';
import { type Target, targetOf } from '../files/target.ts';
import { type Content, unwritable, writeTarget, writeWhole } from '../files/write.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';

export interface SaveFile {
  readonly name: string;
  readonly write: (content: Content) => Outcome<void>;
  /** To be called when the training is over. */
  readonly release: () => void;
}

/** Locks the file called `name`. `unwritable-file` if it could not be written, `file-in-use` if another training saves to it. */
export function claimSaveFile(io: Io, name: string): Outcome<SaveFile> {
  try {
    const target = targetOf(io, name);
    if (target.isStream) return succeeded(saveFile(io, name, undefined));
    const names = besideNames(target.path);
    const held = holdLock(names.lock);
    if (held === 'taken') return inUse(name, 'saves to');
    // Nobody else has the lock, so a partial file is left from a training that was killed.
    rmSync(names.own, { force: true });
    sweepBeside(target.path);
    closeSync(openSync(names.own, 'wx'));
    rmSync(names.own);
    return succeeded(saveFile(io, name, held));
  } catch (error) {
    return unwritable(name, error);
  }
}

/** The failure `file-in-use`. `does` says what the other training does with the file: `saves to`, `writes to`. */
export function inUse(name: string, does: string) {
  return failed('file-in-use', `another training ${does} ${name}`, 'wait until it ends, or give this one another name');
}

function saveFile(io: Io, name: string, held: Held | undefined): SaveFile {
  const write = (content: Content): Outcome<void> => {
    try {
      // The name is looked up again, since a link may have come or gone since the last save.
      const target = targetOf(io, name);
      writeTarget(target, content, besideOf(target, held));
      return succeeded(undefined);
    } catch (error) {
      return unwritable(name, error);
    }
  };
  return { name, write, release: () => held?.release() };
}

function besideOf({ path }: Target, held: Held | undefined): string {
  const names = besideNames(path);
  if (held?.path !== names.lock) return names.fresh();
  rmSync(names.own, { force: true });
  return names.own;
}

interface Held {
  readonly path: string;
  readonly release: () => void;
}

/** Takes the lock. Undefined if this host or file system has no locks. */
function holdLock(path: string): Held | 'taken' | undefined {
  for (;;) {
    const file = openSync(path, 'a');
    const release = (): void => {
      rmSync(path, { force: true });
      closeSync(file);
    };
    switch (lock(file)) {
      case 'had':
        // The holder before us may have removed the file after we opened it and before we locked it.
        if (isStillThere(file, path)) return { path, release };
        closeSync(file);
        break;
      case 'taken':
        closeSync(file);
        return 'taken';
      case 'unknown':
        release();
        return undefined;
    }
  }
}

function isStillThere(file: number, path: string): boolean {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino === fstatSync(file, { bigint: true }).ino;
}

/**
 * Writes the last save to a new file in the folder for temporary files, because `name` cannot be written. Returns its name; undefined if
 * that fails too.
 */
export function rescue(io: Io, name: string, content: Content): string | undefined {
  const other = join(tmpdir(), `${randomBytes(6).toString('hex')}.${basename(name).slice(-100)}`);
  return writeWhole(io, other, content).ok ? other : undefined;
}
