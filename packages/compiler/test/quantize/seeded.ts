/** Examples with values and samples to be quantised with. */
import { readFileSync } from 'node:fs';
import { createChip, loadArtifact } from '@tessera-dnn/chip';
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import { compile, type QuantizeOptions } from '../../src/index.ts';

/** What an outcome has, or its diagnostics as an error. */
export function given<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  return outcome.value;
}

/** The program of an example with its first values and some samples, both decided by a seed. */
export async function seeded(name: string, samples: number, set: Readonly<Record<string, string>> = {}, file = name) {
  const text = readFileSync(new URL(`../../../../examples/${file}.dnn`, import.meta.url), 'utf8');
  const source = { name: `${file}.dnn`, text };
  const artifact = given(compile(source, { programs: [name], set, math: 'strict' }));
  const chip = given(await createChip(given(await loadArtifact(artifact.bytes)), { seed: 1 }));
  const weights = new Map(
    artifact.manifest.variables.map(({ path, shape }): [string, StoredTensor] => [
      path,
      { element: 'f32', shape, data: given(chip.readVariable(path)) as Float32Array<ArrayBuffer> },
    ]),
  );
  const [input] = artifact.manifest.programs[name].inputs;
  const shape = [samples, ...input.shape.slice(1)];
  const count = shape.reduce((product, extent) => product * extent, 1);
  let state = 7;
  const data = Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  const samplesOf = new Map<string, StoredTensor>([[input.name, { element: 'f32', shape, data }]]);
  const options: QuantizeOptions = { program: name, weights, data: samplesOf, name: `${name}8`, set, math: 'strict' };
  return { source, options };
}
