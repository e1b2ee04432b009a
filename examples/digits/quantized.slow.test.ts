/** LeNet in 8 bits, with ranges from 200 digits that it was trained on, reads at most 3 of 1,000 other digits fewer. */
import { readFileSync } from 'node:fs';
import { createChip, loadArtifact } from '@tessera-dnn/chip';
import { type CompileOptions, compile, quantize, rangeKinds } from '@tessera-dnn/compiler';
import type { Source } from '@tessera-dnn/diagnostics';
import { readSafetensors } from '@tessera-dnn/formats';
import { expect, it } from 'vitest';
import { classify } from './classify.ts';
import { testDigits, trainingDigits } from './digits.ts';
import { orQuit } from './outcome.ts';

const source = { name: 'lenet.dnn', text: readFileSync(new URL('../lenet.dnn', import.meta.url), 'utf8') };
const file = readFileSync(new URL('lenet.weights.safetensors', import.meta.url));
const weights = orQuit(readSafetensors(file, 'lenet.weights.safetensors')).tensors;

/** How many of the 1,000 test digits a program reads right. */
async function rightOf(text: Source, options: CompileOptions): Promise<number> {
  const { bytes } = orQuit(compile(text, { programs: ['lenet'], ...options }));
  const chip = orQuit(await createChip(orQuit(await loadArtifact(bytes))));
  return testDigits().filter(digit => classify(chip, 'lenet', digit).label === digit.label).length;
}

/** Every 45th of the training digits, which are sorted by class. */
function samples() {
  const { image } = trainingDigits();
  const pixels = 28 * 28;
  const data = new Float32Array(200 * pixels);
  for (let i = 0; i < 200; i++) data.set(image.subarray(45 * i * pixels, (45 * i + 1) * pixels), i * pixels);
  return new Map([['image', { element: 'f32', shape: [200, 1, 28, 28], data } as const]]);
}

it.each([...rangeKinds.map(ranges => [ranges, 'signed'] as const), ['auto', 'unsigned'] as const])(
  'reads digits in 8 bits, with ranges by %s and levels %s',
  async (ranges, sign) => {
    const options = { ranges, unsigned: sign === 'unsigned', data: samples() };
    const small = orQuit(await quantize(source, { program: 'lenet', weights, name: 'lenet8', ...options }));
    const [exact, rounded] = [
      await rightOf(source, { weights }),
      await rightOf(small.sources[0], { weights: small.weights }),
    ];
    expect(exact).toBe(975);
    expect(rounded).toBeGreaterThanOrEqual(exact - 3);
    expect(small.report.inFloats).toEqual([]);
  },
);
