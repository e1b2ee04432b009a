/** A network with a cache learns to write the language's prelude, character by character; `write.ts` lets it write. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type StoredTensor, storedTensor, writeSafetensors } from '@tessera-dnn/formats';
import { orQuit } from '../digits/outcome.ts';
import { chipWith, type Learned, learn } from './learn.ts';
import { preludeCodes, windowsOf } from './text.ts';

/** The same number as in writer.dnn. */
const window = 128;
/** The number of characters between the beginnings of two samples. */
const stride = 7;
const weights = new URL('../writer.safetensors', import.meta.url);

/** Trains the writer. What it learnt replaces the weights of the example, in 16 bits, if it has made all of its steps. */
export async function learnToWrite(steps: number, usual = steps): Promise<Learned> {
  const chip = await chipWith('writer', { updates: String(steps) });
  const learned = await learn(chip, windowsOf(preludeCodes(), window, stride), steps);
  if (steps < usual) return learned;
  const params = chip.manifest.variables.filter(({ kind }) => kind === 'param');
  const tensors = params.map(({ path, shape }): [string, StoredTensor] => {
    return [path, storedTensor('f16', shape, orQuit(chip.readVariable(path)))];
  });
  writeFileSync(weights, writeSafetensors(new Map(tensors)));
  console.log(`${fileURLToPath(weights)} has its weights: npm run write`);
  return learned;
}
