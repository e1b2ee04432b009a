/** Weights and tensors from files. */
import type { Outcome } from '@tessera/diagnostics';
import { readNpy, readSafetensors, type StoredTensor } from '@tessera/formats';
import type { Io } from '../io.ts';
import { trainingStates } from '../training/metadata.ts';
import { readBytes } from './read.ts';

export interface Weights {
  /** By name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Those that a training left for itself: a program need not take them. */
  readonly spare: ReadonlySet<string>;
  /** Those of element types that are not known here. */
  readonly foreign: ReadonlyMap<string, string>;
}

/** The tensors of a safetensors file. */
export function readWeights(io: Io, name: string): Outcome<Weights> {
  const bytes = readBytes(io, name);
  if (!bytes.ok) return bytes;
  const read = readSafetensors(bytes.value, name);
  if (!read.ok) return read;
  const { tensors, foreign } = read.value;
  return { ...read, value: { tensors, foreign, spare: trainingStates(read.value) } };
}

/** The tensor of an npy file. */
export function readTensor(io: Io, name: string): Outcome<StoredTensor> {
  const bytes = readBytes(io, name);
  return bytes.ok ? readNpy(bytes.value, name) : bytes;
}
