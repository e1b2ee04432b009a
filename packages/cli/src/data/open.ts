/** Opens what `--data` names: an array, one of an archive, columns of a table, or a folder of pictures. What a file is, is found in it and in its name. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { readBytes } from '../files/read.ts';
import { readTensor } from '../files/weights.ts';
import type { Lists } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { samplesOf } from './array.ts';
import type { Samples } from './samples.ts';

/** The samples that `text` names, for the input called `input`: `x.npy`, `all.npz:x`, `table.csv:a,b`, `photos/`. */
export async function openSamples(io: Io, input: string, text: string): Promise<Outcome<Samples>> {
  const { file, part } = splitName(text);
  if (/\.npz$/i.test(file)) return openArchive(io, input, file, part);
  if (/\.(csv|tsv)$/i.test(file)) return openTable(io, input, file, part);
  if (isFolder(io, text)) return (await import('./folder.ts')).openFolder(io, text);
  const read = readTensor(io, text);
  return read.ok ? { ...read, value: samplesOf(text, read.value) } : read;
}

/** The file that a text names, without the part of it that is meant. */
function splitName(text: string): { readonly file: string; readonly part?: string } {
  const [, file, part] = /^(.*\.(?:npz|csv|tsv))(?::(.*))?$/i.exec(text) ?? [];
  return file === undefined ? { file: text } : { file, part };
}

/** The files that `--data` names, without their parts. */
export function filesIn(data: Lists): readonly string[] {
  return Object.values(data).flatMap(texts => texts.map(text => splitName(text).file));
}

/** What reads these is loaded where there are some. */
async function openArchive(io: Io, input: string, file: string, part: string | undefined): Promise<Outcome<Samples>> {
  const bytes = readBytes(io, file);
  if (!bytes.ok) return bytes;
  const { readNpz } = await import('@tessera-dnn/formats/npz');
  const read = readNpz(bytes.value, file, { wanted: part, preferred: input });
  return read.ok ? { ...read, value: samplesOf(part === undefined ? file : `${file}:${part}`, read.value) } : read;
}

async function openTable(io: Io, input: string, file: string, part: string | undefined): Promise<Outcome<Samples>> {
  const bytes = readBytes(io, file);
  if (!bytes.ok) return bytes;
  const [{ readCsv }, { samplesOfTable }] = await Promise.all([
    import('@tessera-dnn/formats/csv'),
    import('./table.ts'),
  ]);
  const read = readCsv(bytes.value, file, { columns: part, preferred: input });
  return read.ok ? { ...read, value: samplesOfTable(file, read.value) } : read;
}

/** What cannot be looked at is none: whoever reads it as a file says why not. */
function isFolder(io: Io, text: string): boolean {
  try {
    return statSync(resolve(io.folder, text)).isDirectory();
  } catch {
    return false;
  }
}
