/** Opens what `--data` names: by the name of the file. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { readTensor } from '../files/weights.ts';
import type { Io } from '../io.ts';
import { samplesOf } from './array.ts';
import type { Samples } from './samples.ts';

/** The samples that `text` names, for the input called `input`. */
export async function openSamples(io: Io, _input: string, text: string): Promise<Outcome<Samples>> {
  const read = readTensor(io, text);
  return read.ok ? { ...read, value: samplesOf(text, read.value) } : read;
}
