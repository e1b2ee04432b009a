/** Files the user names; one that cannot be read is a diagnostic. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { closest, type Outcome } from '@tessera/diagnostics';
import { codeOf, type Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';

/** All bytes of the file called `name`. */
export function readBytes(io: Io, name: string): Outcome<Uint8Array<ArrayBuffer>> {
  const path = resolve(io.folder, name);
  try {
    // A copy of its own: small files would share a pool that other data lies in.
    return succeeded(new Uint8Array(readFileSync(path)));
  } catch (error) {
    return unreadable(name, path, error);
  }
}

/** Why a file could not be read, and what its name may have meant. */
export function unreadable(name: string, path: string, error: unknown): Outcome<never> & { readonly ok: false } {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return failed('no-such-file', `there is no file ${name}`, suggestion(name, path));
    case 'EISDIR':
      return failed('unreadable-file', `${name} is a folder, not a file`);
    default:
      return failed('unreadable-file', `${name} cannot be read: ${codeOf(error) ?? String(error)}`);
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
