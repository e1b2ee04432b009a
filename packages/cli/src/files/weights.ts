/** Reads weights and single tensors from files. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { readNpy, type StoredTensor } from '@tessera-dnn/formats';
import { readWeights as readFile } from '@tessera-dnn/formats/weights';
import type { Pairs } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { succeeded } from '../session.ts';
import { type Findings, findingsOf, trainingStates } from '../training/metadata.ts';
import { readBytes } from './read.ts';
import { renamedKeys, renamingBy } from './rename.ts';

export interface Weights {
  /** The tensors by name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Names of tensors that a training saved for itself, such as an optimiser's states. A program may ignore them. */
  readonly spare: ReadonlySet<string>;
  /** Names of tensors whose element type is unknown here, with that type. */
  readonly foreign: ReadonlyMap<string, string>;
  /** What the training found out that saved them, if one did. */
  readonly findings: Findings;
}

/** The tensors of a file of weights, or of a part of it (`net.pt:model`), under the names that `rename` gives them. */
export function readWeights(io: Io, name: string, rename: Pairs = {}): Outcome<Weights> {
  const { file, part } = splitWeights(name);
  const bytes = readBytes(io, file);
  if (!bytes.ok) return bytes;
  const read = readFile(bytes.value, file, part);
  if (!read.ok) return read;
  const renaming = renamingBy(rename);
  const tensors = renamedKeys(read.value.tensors, renaming);
  const foreign = renamedKeys(read.value.foreign, renaming);
  if (!tensors.ok) return tensors;
  if (!foreign.ok) return foreign;
  const spare = new Set([...trainingStates(read.value)].map(renaming.nameOf));
  const value = { tensors: tensors.value, foreign: foreign.value, spare, findings: findingsOf(read.value) };
  return succeeded(value, [...read.diagnostics, ...renaming.unused()]);
}

/** The file that a text names, and the part of a checkpoint of PyTorch that is meant in it. */
function splitWeights(text: string): { readonly file: string; readonly part?: string } {
  const [, file, part] = /^(.*\.(?:pt|pth|bin|ckpt)):(.+)$/is.exec(text) ?? [];
  return file === undefined ? { file: text } : { file, part };
}

/** The file of `--weights`, where it is given. */
export function fileOfWeights(text: string | undefined): string | undefined {
  return text === undefined ? undefined : splitWeights(text).file;
}

/** The tensor of an npy file. */
export function readTensor(io: Io, name: string): Outcome<StoredTensor> {
  const bytes = readBytes(io, name);
  return bytes.ok ? readNpy(bytes.value, name) : bytes;
}
