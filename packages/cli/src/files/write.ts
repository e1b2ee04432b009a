/** Files are written whole or not at all: to a file beside the target that then takes its name. */
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import type { Outcome } from '@tessera/diagnostics';
import { codeOf, type Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';

export function writeWhole(io: Io, name: string, content: Uint8Array | string): Outcome<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  try {
    const path = behindLinks(resolve(io.folder, name));
    const found = statSync(path, { throwIfNoEntry: false });
    // `/dev/null` and pipes must not be replaced by a file.
    if (found !== undefined && !found.isFile() && !found.isDirectory()) writeTo(path, 'w', bytes);
    else writeBeside(path, bytes, found?.mode);
    return succeeded(undefined);
  } catch (error) {
    return unwritable(name, error);
  }
}

/** Why the file called `name` could not be written later, as far as that can be told now. What is there stays. */
export function writableFault(io: Io, name: string): ReturnType<typeof unwritable> | undefined {
  const path = resolve(io.folder, name);
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      return failed('unwritable-file', `${name} cannot be written: it is a folder`);
    return undefined;
  } catch (error) {
    return unwritable(name, error);
  }
}

/** Whether both names lead to the same file, or would if it were there. */
export function isSameFile(io: Io, a: string, b: string): boolean {
  const paths = [a, b].map(name => resolve(io.folder, name));
  if (paths[0] === paths[1]) return true;
  const [one, other] = paths.map(path => statSync(path, { throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

/** A link keeps pointing where it does; the file there is what is replaced. */
function behindLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

function writeBeside(path: string, bytes: Uint8Array, mode?: number): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    writeTo(beside, 'wx', bytes, mode);
    renameSync(beside, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') rmSync(beside, { force: true });
    throw error;
  }
}

function writeTo(path: string, flags: 'w' | 'wx', bytes: Uint8Array, mode?: number): void {
  const file = openSync(path, flags, mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    if (flags === 'wx') fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** `unwritable-file`, with the reason of the system error. */
export function unwritable(name: string, error: unknown): Outcome<never> & { readonly ok: false } {
  const reasons: { readonly [code: string]: string } = {
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'its folder does not exist',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
  };
  const code = codeOf(error) ?? '';
  const help = code === 'ENOENT' ? `make it first: mkdir -p ${dirname(name)}` : undefined;
  return failed('unwritable-file', `${name} cannot be written: ${reasons[code] ?? (code || String(error))}`, help);
}
