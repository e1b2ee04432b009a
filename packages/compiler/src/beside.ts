/** Weights beside an artifact: the file of safetensors that the artifact's manifest names. */
import { type StoredTensor, storedTensor, writeSafetensors } from '@tessera-dnn/formats';
import type { Module } from '@tessera-dnn/graph';
import { isFloat, isNarrowFloat, type ManifestWeights, Sha256, valueArrays } from '@tessera-dnn/machine';
import type { CompileOptions } from './options.ts';

/** The tensors of a file, and its name. */
export interface WeightsBeside {
  readonly file: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * What goes into the file, by the variables' paths: floats of 16 bits as they were given, since widening loses nothing, everything else in the
 * variable's own type. `undefined` where nobody asks for a file.
 */
export function besideOf(
  { variables }: Module,
  values: ReadonlyMap<string, ArrayLike<number>>,
  { weights, weightsBeside: file }: CompileOptions,
): WeightsBeside | undefined {
  if (file === undefined) return undefined;
  const tensors = new Map<string, StoredTensor>();
  const seen = new Set<ArrayLike<number>>();
  for (const { path, type } of variables) {
    const data = values.get(path);
    // What begins as a copy of another variable is made of that one's values where they are taken.
    if (data === undefined || seen.has(data)) continue;
    seen.add(data);
    const given = weights?.get(path);
    const { element, shape } = type;
    const isKept = given !== undefined && isNarrowFloat(given.element) && isFloat(element);
    tensors.set(path, isKept ? given : storedTensor(element, shape, valueArrays[element].from(data)));
  }
  return { file, tensors };
}

/** The bytes of the file, and what a manifest says of them. */
export function besideFile({ file, tensors }: WeightsBeside): {
  readonly bytes: Uint8Array;
  readonly weights: ManifestWeights;
} {
  const bytes = writeSafetensors(tensors);
  return { bytes, weights: { file, bytes: bytes.length, sha256: new Sha256().update(bytes).hex() } };
}
