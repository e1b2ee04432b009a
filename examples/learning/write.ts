/**
 * The writer goes on where a prompt ends: `npm run write -- "block dense(" --temperature 0.6 --top 5 --seed 7 --count 300`. With `--temperature 0` it takes the
 * most probable character each time.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type LoadedChip, load } from '@tessera-dnn/chip';
import { compile } from '@tessera-dnn/compiler';
import { readSafetensors } from '@tessera-dnn/formats';
import { orQuit } from '../digits/outcome.ts';
import { codesOf, continued } from './continue.ts';

const file = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url));

/** The writer with its weights; what it will write, the seed decides. */
export async function loadWriter(seed: number, programs: readonly string[] = ['next']): Promise<LoadedChip> {
  const { tensors } = orQuit(readSafetensors(file('writer.safetensors'), 'writer.safetensors'));
  const source = { name: 'writer.dnn', text: file('writer.dnn').toString() };
  const { bytes } = orQuit(compile(source, { programs, weights: tensors }));
  return load(bytes, { seed });
}

async function main(): Promise<void> {
  const option = (usual: string) => ({ type: 'string', default: usual }) as const;
  const options = { temperature: option('0.6'), top: option('10'), seed: option('7'), count: option('400') };
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [temperature, top, seed, count] = [values.temperature, values.top, values.seed, values.count].map(Number);
  if (!(temperature >= 0) || ![top, seed, count].every(Number.isInteger)) {
    console.error('temperature is a number from 0 on; top, seed and count are whole numbers');
    process.exitCode = 2;
    return;
  }
  const prompt = positionals.join(' ') || 'block dense(';
  const chip = await loadWriter(seed);
  process.stdout.write(prompt);
  const begin = performance.now();
  for (const character of continued(chip, codesOf(prompt), count, { temperature, top }))
    process.stdout.write(character);
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `\n\n${Math.round((prompt.length + count) / seconds).toLocaleString('en-US')} characters a second, one thread`,
  );
}

if (import.meta.main) await main();
