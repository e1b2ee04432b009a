/**
 * A network is compiled for a chip of 16 small tiles, classifies 1,000 handwritten digits on it, and accounts for its memory.
 *
 * 1. Read the program and its trained weights.
 * 2. Compile them to one WebAssembly file.
 * 3. Load it as a chip, and run it once for each digit.
 */
import { readFileSync } from 'node:fs';
import { type Chip, createChip, loadArtifact } from '@tessera-dnn/chip';
import { type Artifact, compile } from '@tessera-dnn/compiler';
import { readSafetensors } from '@tessera-dnn/formats';
import { tinyChip } from '@tessera-dnn/machine';
import { type Digit, testDigits } from './digits.ts';
import { orQuit } from './outcome.ts';
import { type Answer, showDigits, showMemory, showTime } from './report.ts';

export async function classifyDigits(): Promise<void> {
  const began = performance.now();
  const artifact = compileLenet();
  const compiled = performance.now();
  const chip = orQuit(await createChip(orQuit(await loadArtifact(artifact.bytes))));
  const digits = testDigits();
  const ready = performance.now();
  const answers = digits.map(digit => classify(chip, 'lenet', digit));
  const ended = performance.now();

  const right = answers.filter(({ digit, label }) => label === digit.label).length;
  console.log(`\nLeNet-5 on a chip of ${tinyChip.tiles} tiles with ${tinyChip.sramBytes / 1024} KiB each\n`);
  console.log(`${showDigits(answers)}\n`);
  console.log(`It reads ${right} of ${digits.length.toLocaleString('en-US')} test digits right.\n`);
  console.log(`${showMemory(artifact.report, tinyChip)}\n`);
  console.log(
    showTime({
      chip: tinyChip,
      cycles: artifact.manifest.programs['lenet'].cycles,
      compileSeconds: (compiled - began) / 1000,
      runSeconds: (ended - ready) / 1000,
      runs: digits.length,
      artifactBytes: artifact.bytes.length,
    }),
  );
}

function compileLenet(): Artifact {
  const source = { name: 'lenet.dnn', text: readFileSync(new URL('../lenet.dnn', import.meta.url), 'utf8') };
  const file = readFileSync(new URL('lenet.weights.safetensors', import.meta.url));
  const weights = orQuit(readSafetensors(file, 'lenet.weights.safetensors')).tensors;
  return orQuit(compile(source, { chip: tinyChip, weights, programs: ['lenet'] }));
}

/** Runs a model that takes one image on a digit. */
export function classify(chip: Chip, model: string, digit: Digit): Answer {
  const { output } = orQuit(chip.run(model, { image: digit.image }));
  const scores = Array.from(output);
  return { digit, scores, label: scores.indexOf(Math.max(...scores)) };
}
