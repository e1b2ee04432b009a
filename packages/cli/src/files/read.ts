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

/** A text; bytes that are no UTF-8 become U+FFFD, which the lexer refuses where it stands. What cannot be a text is refused as a whole. */
export function readSource(io: Io, name: string): Outcome<Source> {
  const read = readBytes(io, name);
  if (!read.ok) return read;
  const foreign = foreignContent(read.value, name);
  if (foreign) return failed('not-a-text', `${name} is ${foreign.what}`, foreign.help);
  return succeeded(textOf(name, read.value));
}

function textOf(name: string, bytes: Uint8Array): Source {
  return { name, text: new TextDecoder('utf-8').decode(bytes) };
}

/** What these bytes are if they are no text: a text has no zeros in it. */
function foreignContent(
  bytes: Uint8Array,
  name: string,
): { readonly what: string; readonly help?: string } | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  if (start.startsWith('\0asm'))
    return { what: 'a WebAssembly module, not a program', help: `run it: tessera run ${name}` };
  if (start.startsWith('\x93NUMPY'))
    return { what: 'a NumPy array, not a program', help: `give it to a program: --input name=${name}` };
  if (/^(\xff\xfe|\xfe\xff)/.test(start)) return { what: 'in UTF-16', help: 'save it as UTF-8' };
  return bytes.subarray(0, 4096).includes(0) ? { what: 'binary data, not a text' } : undefined;
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
    const read = readBytes(io, names.get(place) ?? name);
    if (!read.ok) return undefined;
    const source = textOf(names.get(place) ?? name, read.value);
    names.set(place, source.name);
    return source;
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
