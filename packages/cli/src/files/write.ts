/**
 * Writes files whole or not at all: first to a new file beside the target, which then takes the target's name. The target's permissions,
 * owner, symbolic links and hard links stay as they were.
 */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { codeOf, type Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { besideNames, sweepBeside } from './beside.ts';
import { reasonOf } from './reason.ts';
import { type Target, targetOf } from './target.ts';

/** What to write. A long file comes in pieces, since one array for all of it would take too much memory. */
export type Content = string | Uint8Array | readonly Uint8Array[];

/**
 * Writes `content` to the file called `name`, relative to the folder of `io`. `unwritable-file` if that fails; the old file is then as it
 * was.
 */
export function writeWhole(io: Io, name: string, content: Content): Outcome<void> {
  try {
    const target = targetOf(io, name);
    if (!target.isStream) sweepBeside(target.path);
    writeTarget(target, content, besideNames(target.path).fresh());
    return succeeded(undefined);
  } catch (error) {
    return unwritable(name, error);
  }
}

/** A file to write, by its name. */
export interface NamedContent {
  readonly name: string;
  readonly content: Content;
}

/**
 * Writes several files that belong together. None of them takes its name before all are written in full, so that what keeps one from being written
 * leaves all as they were.
 */
export function writeTogether(io: Io, files: readonly NamedContent[]): Outcome<void> {
  const staged: { readonly file: NamedContent; readonly target: Target; readonly beside: string }[] = [];
  let last = files[0];
  try {
    for (const file of files) {
      last = file;
      const target = targetOf(io, file.name);
      if (!target.isStream) sweepBeside(target.path);
      const beside = besideNames(target.path).fresh();
      if (!target.isStream) writeBeside(target, file.content, beside);
      staged.push({ file, target, beside });
    }
    for (const { file, target, beside } of staged) {
      last = file;
      if (target.isStream) writeTarget(target, file.content, beside);
      else takeName(target, file.content, beside);
    }
    return succeeded(undefined);
  } catch (error) {
    for (const { target, beside } of staged) if (!target.isStream) rmSync(beside, { force: true });
    return unwritable(last.name, error);
  }
}

/** Writes `content` to the file called `beside`, which then becomes the target. Throws the system's errors, after removing that file. */
export function writeTarget(target: Target, content: Content, beside: string): void {
  if (target.isStream) {
    writing(target.path, 'w', file => writePieces(file, content));
    return;
  }
  writeBeside(target, content, beside);
  try {
    takeName(target, content, beside);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Writes `content` to the new file called `beside`, which becomes like the target. Nothing is left of it if that fails. */
function writeBeside({ found }: Target, content: Content, beside: string): void {
  try {
    writing(beside, 'wx', file => {
      if (found) makeAlike(file, found);
      writePieces(file, content);
      fsyncSync(file);
    });
  } catch (error) {
    // A file that existed before belongs to somebody else and is not removed.
    if (codeOf(error) !== 'EEXIST') rmSync(beside, { force: true });
    throw error;
  }
}

/** Lets the file called `beside` take the target's name. */
function takeName({ path, found }: Target, content: Content, beside: string): void {
  if (found !== undefined && found.nlink > 1) writeThrough(path, beside, content);
  else renameSync(beside, path);
}

/**
 * A file with several names (hard links) keeps them only if it is rewritten in place. Meanwhile a complete copy lies beside it, so that a
 * killed process loses nothing; the next write replaces that copy.
 */
function writeThrough(path: string, beside: string, content: Content): void {
  const { whole } = besideNames(path);
  renameSync(beside, whole);
  writing(path, 'w', file => {
    writePieces(file, content);
    fsyncSync(file);
  });
  rmSync(whole, { force: true });
}

function writing(path: string, flags: 'w' | 'wx', write: (file: number) => void): void {
  const file = openSync(path, flags);
  try {
    write(file);
  } finally {
    closeSync(file);
  }
}

/** How much is written at once: the system writes less than 2 GiB at a time. */
const mostBytes = 2 ** 28;

function writePieces(file: number, content: Content): void {
  const pieces = typeof content === 'string' ? [new TextEncoder().encode(content)] : content;
  for (const bytes of pieces instanceof Uint8Array ? [pieces] : pieces) {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(file, bytes, at, Math.min(mostBytes, bytes.length - at));
    }
  }
}

/** Gives the new file the permissions of the old one, and its owner too where the system allows us to. */
function makeAlike(file: number, { mode, uid, gid }: Stats): void {
  try {
    fchownSync(file, uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
  fchmodSync(file, mode & 0o7777);
}

/** The failure `unwritable-file` with the reason of the system error. `help` replaces the general advice. */
export function unwritable(name: string, error: unknown, help?: string): Outcome<never> & { readonly ok: false } {
  const message = `${name} cannot be written: ${reasonOf(error)}`;
  return failed('unwritable-file', message, help ?? helpFor(codeOf(error), name));
}

function helpFor(code: string | undefined, name: string): string | undefined {
  switch (code) {
    case 'ENOENT':
      return `make it first: mkdir -p ${dirname(name)}`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `a new file is written beside it first, so its folder, ${dirname(name)}, must be writable too`;
    case 'ENOSPC':
    case 'EDQUOT':
      return 'make room there, or give another name: what was there before is unchanged';
    default:
      return undefined;
  }
}
