/**
 * The file that a training saves to. It is the training's own from before the first step until the end: what could keep it from being
 * written is said while nothing is lost yet, and a second training on it is refused.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Outcome } from '@tessera/diagnostics';
import { besideNames, sweepBeside } from '../files/beside.ts';
import { lock } from '../files/lock.ts';
import { type Target, targetOf } from '../files/target.ts';
import { type Content, unwritable, writeTarget, writeWhole } from '../files/write.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';

export interface SaveFile {
  readonly name: string;
  readonly write: (content: Content) => Outcome<void>;
  /** The training is over. */
  readonly release: () => void;
}

/** `unwritable-file` or `file-in-use` where a training could not save to `name`. */
export function claimSaveFile(io: Io, name: string): Outcome<SaveFile> {
  try {
    const target = targetOf(io, name);
    if (target.isStream) return succeeded(saveFile(io, name, undefined));
    const names = besideNames(target.path);
    const held = holdLock(names.lock);
    if (held === 'taken') return inUse(name, 'saves to');
    // Whoever has the lock is alone: what lies there is of a training that was killed.
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
      // What the name means now: a link may have come or gone since.
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

/** Nothing where this host or file system has no locks. */
function holdLock(path: string): Held | 'taken' | undefined {
  for (;;) {
    const file = openSync(path, 'a');
    const release = (): void => {
      rmSync(path, { force: true });
      closeSync(file);
    };
    switch (lock(file)) {
      case 'had':
        // The one before may have taken its file away between our opening it and locking it.
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

/** Where `name` cannot be written after all: a name of its own among the temporary files, so that what was learnt is not lost. */
export function rescue(io: Io, name: string, content: Content): string | undefined {
  const other = join(tmpdir(), `${randomBytes(6).toString('hex')}.${basename(name).slice(-100)}`);
  return writeWhole(io, other, content).ok ? other : undefined;
}
