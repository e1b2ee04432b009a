/**
 * Stores checkpoints in files: all variables by path, as safetensors that any other program can read as weights, and in the file's metadata
 * how far the training has come and in which setting it ran.
 */
import type { Checkpoint, SavedVariable } from '@tessera-dnn/chip';
import type { Outcome } from '@tessera-dnn/diagnostics';
import {
  readSafetensors,
  type Safetensors,
  type StoredTensor,
  safetensorsPieces,
  storedTensor,
} from '@tessera-dnn/formats';
import { widened } from '@tessera-dnn/machine';
import { readBytes } from '../files/read.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { type Findings, type Metadata, metadataKey, parseMetadata, type TrainingSetting } from './metadata.ts';

export interface CheckpointFile {
  readonly checkpoint: Checkpoint;
  readonly setting: TrainingSetting;
  readonly findings: Findings;
}

/** The bytes of the file in pieces, since together they may be more than one array can hold. */
export function encodeCheckpoint({ checkpoint, setting, findings }: CheckpointFile): readonly Uint8Array[] {
  const { progress, variables } = checkpoint;
  const tensors = [...variables].map(([path, { type, shape, data }]) => {
    return [path, storedTensor(type, shape, data)] as const;
  });
  const states = [...variables].filter(([, { kind }]) => kind === 'state').map(([path]) => path);
  const metadata: Metadata = { version: 1, ...progress, ...setting, ...findings, states };
  // PyTorch's tools write `format`, and some readers require it.
  return safetensorsPieces(new Map(tensors), { format: 'pt', [metadataKey]: JSON.stringify(metadata) });
}

/** Reads a checkpoint. `not-a-checkpoint` if the file holds only weights, or if its metadata is not what Tessera writes. */
export function readCheckpoint(io: Io, name: string): Outcome<CheckpointFile> {
  const bytes = readBytes(io, name);
  if (!bytes.ok) return bytes;
  const read = readSafetensors(bytes.value, name);
  if (!read.ok) return read;
  const text = read.value.metadata.get(metadataKey);
  if (text === undefined) {
    const help = `start a new one from these weights: --weights ${name}`;
    return failed('not-a-checkpoint', `${name} holds tensors, but no training that could go on`, help);
  }
  const metadata = parseMetadata(text);
  if (!metadata)
    return failed('not-a-checkpoint', `what ${name} says of its training (${metadataKey}) is not understood`);
  const { version: _, states, chip, tiles, math, artifact, threads, best, waiting, classes, ...progress } = metadata;
  const variables = variablesOf(read.value, new Set(states));
  const setting = { chip, tiles, math, artifact, threads };
  return succeeded({ checkpoint: { progress, variables }, setting, findings: { best, waiting, classes } });
}

/** A type that no variable has is kept as it is: that it is another than the program's is then told with all else that differs. */
function variablesOf({ tensors }: Safetensors, states: ReadonlySet<string>): ReadonlyMap<string, SavedVariable> {
  const variable = (path: string, tensor: StoredTensor): SavedVariable => {
    const { element, shape } = tensor;
    const data = element === 'f16' || element === 'bf16' ? widened(element, tensor.data) : tensor.data;
    return { kind: states.has(path) ? 'state' : 'param', type: element, shape, data } as SavedVariable;
  };
  return new Map([...tensors].map(([path, tensor]) => [path, variable(path, tensor)]));
}
