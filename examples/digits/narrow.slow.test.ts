/** LeNet learns the digits in 16 bits too, without master weights, as well as in 32: five epochs on the host, as examples/lenet.dnn has it. */
import { readFileSync } from 'node:fs';
import { createChip, loadArtifact, train } from '@tessera-dnn/chip';
import { type CompileOptions, compile } from '@tessera-dnn/compiler';
import { expect, it } from 'vitest';
import { classify } from './classify.ts';
import { testDigits, trainingDigits } from './digits.ts';
import { orQuit } from './outcome.ts';

const text = readFileSync(new URL('../lenet.dnn', import.meta.url), 'utf8');

/** How many of 1,000 digits are read right after five epochs. */
async function rightAfter(clause: string, options: CompileOptions): Promise<number> {
  const source = { name: 'lenet.dnn', text: text.replace('momentum: 0.9)', `momentum: 0.9) ${clause}`) };
  const artifact = orQuit(compile(source, { math: 'strict', ...options }));
  const chip = orQuit(await createChip(orQuit(await loadArtifact(artifact.bytes)), { seed: 3 }));
  orQuit(await train(chip, 'fit', { ...trainingDigits() }, { epochs: 5, seed: 3 }));
  return testDigits().filter(digit => classify(chip, 'lenet', digit).label === digit.label).length;
}

it.each([
  ['f32', '', {}],
  ['f16', 'scale automatic', { precision: 'f16' }],
  ['bf16', '', { precision: 'bf16' }],
] as const)('stored in %s', async (_, clause, options) => {
  const right = await rightAfter(clause, options);
  console.log(options, right);
  expect(right).toBeGreaterThanOrEqual(970);
});
