/** Reads weights from whichever kind of file they are in: safetensors, or what `torch.save` writes. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { readSafetensors, type Safetensors } from '../safetensors/read.ts';
import { isTorch, readTorch } from '../torch/read.ts';

/**
 * The tensors of a file by name, row-major. `part` says which dict of a checkpoint of PyTorch is meant (`model`); without it the one of the network is
 * taken. Every fault is a `bad-safetensors` or `bad-torch` whose message begins with `name`.
 */
export function readWeights(bytes: Uint8Array, name = 'weights', part?: string): Outcome<Safetensors> {
  return isTorch(bytes) ? readTorch(bytes, name, part) : readSafetensors(bytes, name);
}
