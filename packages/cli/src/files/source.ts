/**
 * Reads the texts of programs, chips and tables. Only files up to some size are read, and pipes that the shell has opened for the command
 * (`<(…)`, `/dev/stdin`). A device may have no end, and at a named pipe perhaps nobody ever writes.
 */
import { type BigIntStats, closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import type { Load } from '@tessera-dnn/language';
import { formatSize } from '@tessera-dnn/machine';
import { codeOf, type Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { unfit, unreadable } from './read.ts';
import { reasonOf } from './reason.ts';

/** The language's own limit for one file. */
const mostBytes = 4 * 2 ** 20;

/**
 * Reads a text. Bytes that are not UTF-8 become U+FFFD, which the lexer then reports at its place. A file that is clearly no text is
 * refused as a whole.
 */
export function readSource(io: Io, name: string, limitBytes = mostBytes): Outcome<Source> {
  const path = resolve(io.folder, name);
  try {
    const found = statSync(path, { bigint: true });
    const reason = unfit(path, found);
    if (reason !== undefined) return failed('unreadable-file', `${name} is ${reason}`);
    return sourceOf(name, readWithin(path, limitBytes + 1), limitBytes);
  } catch (error) {
    return unreadable(name, path, error);
  }
}

/** Reads the text on the standard input, with the same limits as a file. */
export async function readInputSource(io: Io, limitBytes = mostBytes): Promise<Outcome<Source>> {
  return sourceOf('<input>', await io.readInput(limitBytes + 1), limitBytes);
}

function sourceOf(name: string, bytes: Uint8Array, limitBytes: number): Outcome<Source> {
  const foreign = foreignContent(bytes, name);
  if (foreign) return failed('not-a-text', `${name} is ${foreign.what}`, foreign.help);
  if (bytes.length > limitBytes) return failed('source-too-large', `${name} is ${tooLarge(limitBytes)}`);
  return succeeded(textOf(name, bytes));
}

/**
 * Returns the function that finds an imported file, relative to the importing file. Each file has one name and is read once, even if links
 * give it several names. `root` keeps the name the user gave it.
 */
export function importLoader(io: Io, root: Source): Load {
  const sources = new Map<string, Source>();
  const rootFile = statSync(resolve(io.folder, root.name), { bigint: true, throwIfNoEntry: false });
  if (rootFile !== undefined) sources.set(identityOf(rootFile), root);
  return (path, from) => {
    const name = importedName(path, from);
    const place = resolve(io.folder, name);
    try {
      const found = statSync(place, { bigint: true });
      const known = sources.get(identityOf(found));
      if (known !== undefined) return known;
      const reason = unfit(place, found);
      if (reason !== undefined) return { reason: `it is ${reason}` };
      const bytes = readWithin(place, mostBytes + 1);
      if (bytes.length > mostBytes) return { reason: `it is ${tooLarge(mostBytes)}` };
      const source = textOf(name, bytes);
      sources.set(identityOf(found), source);
      return source;
    } catch (error) {
      const code = codeOf(error);
      return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : { reason: reasonOf(error) };
    }
  };
}

/** What a file is called that is imported as `path`, relative to the file that says `import`. */
export function importedName(path: string, from: string): string {
  return isAbsolute(path) ? path : join(dirname(from), path);
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev} ${ino}`;
}

function tooLarge(limitBytes: number): string {
  return `larger than ${formatSize(limitBytes)}`;
}

/** The first bytes of a file, at most `limitBytes`. */
function readWithin(path: string, limitBytes: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const pieces: Uint8Array[] = [];
    for (let left = limitBytes; left > 0; ) {
      const piece = new Uint8Array(Math.min(left, 2 ** 18));
      const length = readSync(file, piece);
      if (length === 0) break;
      pieces.push(piece.subarray(0, length));
      left -= length;
    }
    return Buffer.concat(pieces);
  } finally {
    closeSync(file);
  }
}

function textOf(name: string, bytes: Uint8Array): Source {
  return { name, text: new TextDecoder('utf-8').decode(bytes) };
}

/** What these bytes are if they are not a text, which would have no zero bytes. */
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
