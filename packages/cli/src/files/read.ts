/** Files the user names; one that cannot be read is a diagnostic. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { closest, type Outcome, type Source } from '@tessera/diagnostics';
import type { Load } from '@tessera/language';
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

/** A text; bytes that are no UTF-8 become U+FFFD, which the lexer refuses where it stands. */
export function readSource(io: Io, name: string): Outcome<Source> {
  const read = readBytes(io, name);
  if (!read.ok) return read;
  return succeeded({ name, text: new TextDecoder('utf-8').decode(read.value) });
}

/**
 * Finds what an import means: relative to the file that says so. Every file keeps one name, however it is reached, and `root` the one
 * the user gave it.
 */
export function importLoader(io: Io, root: Source): Load {
  const names = new Map([[resolve(io.folder, root.name), root.name]]);
  return (path, from) => {
    const name = isAbsolute(path) ? path : join(dirname(from), path);
    const place = resolve(io.folder, name);
    const read = readSource(io, names.get(place) ?? name);
    if (read.ok) names.set(place, read.value.name);
    return read.ok ? read.value : undefined;
  };
}

function unreadable(name: string, path: string, error: unknown): Outcome<never> & { readonly ok: false } {
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
