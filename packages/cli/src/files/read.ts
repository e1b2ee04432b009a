/** Reads files that the user names. A file that cannot be read becomes a diagnostic. */
import { type BigIntStats, closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { closest, type Outcome } from '@tessera-dnn/diagnostics';
import { codeOf, type Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { reasonOf } from './reason.ts';

/** All bytes of the file called `name`. */
export function readBytes(io: Io, name: string): Outcome<Uint8Array<ArrayBuffer>> {
  const path = resolve(io.folder, name);
  try {
    const reason = unfit(path, statSync(path, { bigint: true }));
    if (reason !== undefined) return failed('unreadable-file', `${name} is ${reason}`);
    return succeeded(contentOf(path));
  } catch (error) {
    return unreadable(name, path, error);
  }
}

/**
 * What the path is, if it cannot be read as a file: a device may have no end, and at a named pipe perhaps nobody ever writes. Undefined for
 * anything else.
 */
export function unfit(path: string, found: BigIntStats): string | undefined {
  if (found.isFile()) return undefined;
  if (found.isDirectory()) return 'a folder, not a file';
  const isHandedOver = /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/.test(path);
  return isHandedOver ? undefined : `${found.isFIFO() ? 'a pipe' : 'a device'}, not a file`;
}

/** How much is read at once. The system reads less than 2 GiB at a time, and the length of a pipe is not known in advance. */
const mostBytes = 2 ** 28;
const streamBytes = 2 ** 20;

/** Throws the system's errors. The result has a buffer of its own, unlike Node's small Buffers, which share a pool. */
function contentOf(path: string): Uint8Array<ArrayBuffer> {
  const file = openSync(path, 'r');
  try {
    const found = fstatSync(file);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (let expected = found.isFile() ? found.size : 0; ; expected = 0) {
      const piece = new Uint8Array(Math.max(expected, streamBytes));
      const length = fill(file, piece);
      // Only a piece that was not filled is copied: the last one.
      if (length > 0) pieces.push(length === piece.length ? piece : piece.slice(0, length));
      if (length < piece.length) return pieces.length === 1 ? pieces[0] : joined(pieces);
    }
  } finally {
    closeSync(file);
  }
}

/** Fills `piece` from the file and returns how many bytes came: fewer than it has room for only at the end of the file. */
function fill(file: number, piece: Uint8Array): number {
  let at = 0;
  while (at < piece.length) {
    const read = readSync(file, piece, at, Math.min(mostBytes, piece.length - at), null);
    if (read === 0) break;
    at += read;
  }
  return at;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The diagnostic for a file that could not be read, with a similar name in the same folder as a suggestion. */
export function unreadable(name: string, path: string, error: unknown): Outcome<never> & { readonly ok: false } {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return failed('no-such-file', `there is no file ${name}`, suggestion(name, path));
    case 'EISDIR':
      return failed('unreadable-file', `${name} is a folder, not a file`);
    default:
      return failed('unreadable-file', `${name} cannot be read: ${reasonOf(error)}`);
  }
}

function suggestion(name: string, path: string): string | undefined {
  try {
    const near = closest(basename(path), readdirSync(dirname(path)));
    return near === undefined ? undefined : `did you mean ${join(dirname(name), near)}?`;
  } catch {
    return undefined;
  }
}
