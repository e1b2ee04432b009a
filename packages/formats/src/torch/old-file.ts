/**
 * The file that PyTorch wrote before 1.6, and still does for `_use_new_zipfile_serialization=False`: five pickles one after the other (a number to know it
 * by, a version, the machine that wrote it, what is stored, the keys of the storages), then for each key the count of its elements and their bytes.
 */
import type { Contents } from './contents.ts';
import { type Unpickled, unpickle } from './unpickle.ts';
import type { Storage, Value } from './values.ts';

const magic = 0x1950a86a20f9469cfc6cn;

/** What the file holds; or what is wrong, as the end of a sentence about it. */
export function readOldFile(bytes: Uint8Array): Contents | string {
  const pickles: Unpickled[] = [];
  for (let at = 0; pickles.length < 5; at = pickles[pickles.length - 1].end) {
    const pickle = unpickle(bytes, at);
    if (typeof pickle === 'string') return pickle;
    if (pickles.length === 0 && pickle.value !== magic) return 'is a pickle of Python, but none of torch.save';
    pickles.push(pickle);
  }
  const [, , machine, { value, strange, storages }, { value: keys, end }] = pickles;
  const found = sections(bytes, end, keys, storages);
  if (typeof found === 'string') return found;
  const isBigEndian = machine.value instanceof Map && machine.value.get('little_endian') === false;
  return { value, strange, isBigEndian, bytesOf: ({ key }) => found.get(key) ?? 'has no bytes in the file' };
}

/** The bytes of each storage; they follow each other from byte `at` on. */
function sections(
  bytes: Uint8Array,
  at: number,
  keys: Value,
  storages: ReadonlyMap<string, Storage>,
): ReadonlyMap<string, Uint8Array> | string {
  const found = new Map<string, Uint8Array>();
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    const size = storage && bytesPer[storage.dtype];
    if (!storage || size === undefined) return 'has a storage of a type that is not known';
    const begin = at + 8;
    at = begin + storage.count * size;
    if (at > bytes.length) return `ends at byte ${bytes.length}, and its tensors at ${at} or later: truncated`;
    found.set(storage.key, bytes.subarray(begin, at));
  }
  return found;
}

/** How many bytes an element of each type of storage takes. */
const bytesPer: { readonly [dtype: string]: number | undefined } = {
  ...{ float64: 8, float32: 4, float16: 2, bfloat16: 2, int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1, bool: 1 },
  ...{ complex64: 8, complex128: 16, qint8: 1, quint8: 1, qint32: 4 },
};
