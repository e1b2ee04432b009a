/** LeNet learns the digits in 16 bits as well as in 32, without master weights: in `f16` with a scale that is found, in `bf16` without one. */
import { readFileSync } from 'node:fs';
import { createChip, loadArtifact, train } from '@tessera-dnn/chip';
import { type CompileOptions, compile } from '@tessera-dnn/compiler';
import { expect, it } from 'vitest';
import { classify } from './classify.ts';
import { testDigits, trainingDigits } from './digits.ts';
import { orQuit } from './outcome.ts';

const load = (name: string) => ({ name, text: readFileSync(new URL(name, import.meta.url), 'utf8') });

/** How many of 1,000 digits are read right after five epochs on the host; `clause` is added to what `learn.dnn` minimises. */
async function rightAfter(clause: string, precision: CompileOptions['precision']): Promise<number> {
  const { name, text } = load('learn.dnn');
  const source = { name, text: text.replace('momentum: 0.9)', `momentum: 0.9) ${clause}`) };
  const { bytes } = orQuit(compile(source, { math: 'strict', load, precision }));
  const chip = orQuit(await createChip(orQuit(await loadArtifact(bytes)), { seed: 3 }));
  orQuit(await train(chip, 'learn', { ...trainingDigits() }, { epochs: 5, seed: 3 }));
  return testDigits().filter(digit => classify(chip, 'digit', digit).label === digit.label).length;
}

it.each([
  ['f16', 'scale automatic'],
  ['bf16', ''],
] as const)(
  'in %s %s it reads 970',
  async (precision, clause) => {
    expect(await rightAfter(clause, precision)).toBeGreaterThanOrEqual(970);
  },
  300_000,
);
