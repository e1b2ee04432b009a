/** Weights and tensors from files. */
import type { Outcome } from '@tessera/diagnostics';
import { readNpy, readSafetensors, type StoredTensor } from '@tessera/formats';
import type { Io } from '../io.ts';
import { readBytes } from './read.ts';

/** The tensors of a safetensors file, by name. */
export function readWeights(io: Io, name: string): Outcome<ReadonlyMap<string, StoredTensor>> {
  const bytes = readBytes(io, name);
  if (!bytes.ok) return bytes;
  const read = readSafetensors(bytes.value, name);
  return read.ok ? { ...read, value: read.value.tensors } : read;
}

/** The tensor of an npy file. */
export function readTensor(io: Io, name: string): Outcome<StoredTensor> {
  const bytes = readBytes(io, name);
  return bytes.ok ? readNpy(bytes.value, name) : bytes;
}
