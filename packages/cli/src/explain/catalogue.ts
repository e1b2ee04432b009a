/** Every diagnostic of the command: the language's, and those of files, weights, chips and artifacts. */
import { type Explanation, catalogue as language } from '@tessera/language';
import { artifacts } from './artifacts.ts';
import { chips } from './chips.ts';
import { files } from './files.ts';
import { runs } from './runs.ts';
import { training } from './training.ts';
import { weights } from './weights.ts';

export const catalogue: readonly Explanation[] = [
  ...language,
  ...files,
  ...weights,
  ...chips,
  ...artifacts,
  ...runs,
  ...training,
];

/** The entry of `code`; case does not matter. */
export function explain(code: string): Explanation | undefined {
  const wanted = code.trim().toLowerCase();
  return catalogue.find(entry => entry.code === wanted);
}
