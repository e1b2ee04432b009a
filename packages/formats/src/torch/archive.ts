/**
 * The file that PyTorch writes since 1.6: a zip archive, uncompressed, in one folder of any name. In it `data.pkl` describes, `data/KEY` are the storages,
 * and `byteorder` says in which order their bytes stand (the low one first, if it is absent).
 */
import { stored, zipContent } from '../zip/content.ts';
import { type ZipEntry, zipEntries } from '../zip/directory.ts';
import type { Contents } from './contents.ts';
import { unpickle } from './unpickle.ts';

/** What the archive holds; or what is wrong, as the end of a sentence about the file. */
export function readArchive(bytes: Uint8Array): Contents | string {
  const entries = entriesByName(zipEntries(bytes) ?? []);
  if (entries.size === 0) return 'is no zip archive, or a damaged one';
  const list = [...entries.keys()].find(name => /^[^/]*\/data\.pkl$/.test(name));
  if (list === undefined) return 'is a zip archive, but not of torch.save, which has data.pkl in it';
  const folder = list.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) return 'is a program of TorchScript, whose tensors are not read';
  const contentOf = onceEach((name: string) => uncompressed(bytes, entries.get(folder + name)));
  const pickle = contentOf('data.pkl');
  if (typeof pickle === 'string') return `is damaged: data.pkl ${pickle}`;
  const order = contentOf('byteorder');
  const isBigEndian = order instanceof Uint8Array && new TextDecoder().decode(order).trim() === 'big';
  const unpickled = unpickle(pickle);
  return typeof unpickled === 'string'
    ? unpickled
    : { ...unpickled, bytesOf: ({ key }) => contentOf(`data/${key}`), isBigEndian };
}

/** Where every checksum is 0, PyTorch was told to compute none (`set_crc32_options(False)`). A single one of 0 is believed, and finds damage. */
function entriesByName(entries: readonly ZipEntry[]): ReadonlyMap<string, ZipEntry> {
  const isUnchecked = entries.every(({ checksum }) => checksum === 0);
  return new Map(entries.map(entry => [entry.name, isUnchecked ? { ...entry, checksum: undefined } : entry]));
}

/** PyTorch compresses nothing, and what is not compressed takes no memory of its own. */
function uncompressed(bytes: Uint8Array, entry: ZipEntry | undefined): Uint8Array | string {
  if (!entry) return 'has no bytes in the file';
  return entry.compression === stored ? zipContent(bytes, entry) : 'is compressed, as torch.save never does it';
}

/** Many tensors may share a storage, whose checksum is computed once. */
function onceEach<T>(of: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return name => {
    const value = known.get(name) ?? of(name);
    known.set(name, value);
    return value;
  };
}
