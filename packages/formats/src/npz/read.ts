/**
 * Reads npz: a zip archive of npy files, as `numpy.savez` and `numpy.savez_compressed` write it. What the archive says of lengths is checked before
 * anything is unpacked, what was unpacked against its checksum, and the arrays are read as npy files are.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Code } from '../explain/catalogue.ts';
import { readNpy } from '../npy/read.ts';
import { shownName } from '../shown.ts';
import type { StoredTensor } from '../stored-tensor.ts';
import { zipContent } from '../zip/content.ts';
import { type ZipEntry, zipEntries } from '../zip/directory.ts';

/**
 * The array called `wanted`. If none is named, the one called `preferred`, or else the only one. Every fault of the archive is a `bad-npz`, and one of
 * the array in it a `bad-npy`; both begin with `name`.
 */
export function readNpz(
  bytes: Uint8Array,
  name: string,
  { wanted, preferred }: { readonly wanted?: string; readonly preferred?: string } = {},
): Outcome<StoredTensor> {
  const entries = zipEntries(bytes);
  if (!entries) return bad(`${name} is no zip archive, or a damaged one`);
  const arrays = new Map(entries.map(entry => [arrayIn(entry), entry]));
  const twice = entries.find(entry => arrays.get(arrayIn(entry)) !== entry);
  if (twice) return bad(`${name} has two arrays called ${shownName(arrayIn(twice))}`, 'write it again: numpy.savez');
  const found = wanted ?? (preferred !== undefined && arrays.has(preferred) ? preferred : only(arrays));
  const names = [...arrays.keys()].map(shownName).slice(0, 20).join(', ');
  if (found === undefined) {
    return bad(`${name} has several arrays: ${names}`, `say which one: ${name}:${[...arrays.keys()][0] ?? 'x'}`);
  }
  const entry = arrays.get(found);
  if (!entry)
    return bad(`${name} has no array called ${shownName(found)}`, names === '' ? 'it is empty' : `it has ${names}`);
  const content = zipContent(bytes, entry);
  return typeof content === 'string'
    ? bad(`${name}: ${shownName(found)} ${content}`)
    : readNpy(content, `${name}:${shownName(found)}`);
}

function bad(message: string, help?: string): Outcome<never> {
  const code: Code = 'bad-npz';
  return { ok: false, diagnostics: [{ code, severity: 'error', message, ...(help === undefined ? {} : { help }) }] };
}

function arrayIn({ name }: ZipEntry): string {
  return name.replace(/\.npy$/, '');
}

function only<T>(arrays: ReadonlyMap<string, T>): string | undefined {
  return arrays.size === 1 ? [...arrays.keys()][0] : undefined;
}
