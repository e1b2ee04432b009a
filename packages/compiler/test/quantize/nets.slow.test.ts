/** The networks of MLPerf Tiny, MobileNetV2 among them, in 8 bits: all their operations read 8 bits, and the new texts compile. */
import { readFileSync } from 'node:fs';
import { createChip, loadArtifact } from '@tessera-dnn/chip';
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import { expect, it } from 'vitest';
import { compile, type QuantizeOptions, quantize } from '../../src/index.ts';

function given<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  return outcome.value;
}

/** The program with its first values and some samples, both decided by a seed. */
async function seeded(name: string, samples: number, set: Readonly<Record<string, string>> = {}) {
  const text = readFileSync(new URL(`../../../../examples/${name}.dnn`, import.meta.url), 'utf8');
  const source = { name: `${name}.dnn`, text };
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

it.each<[name: string, operations: number, marked: number, set?: Readonly<Record<string, string>>]>([
  ['ds_cnn', 11, 11],
  ['resnet8', 11, 13],
  ['autoencoder', 10, 10],
  ['mobilenet_v1', 29, 29, { width: '8', size: '96', classes: '2' }],
  ['mobilenet_v2', 54, 54],
])('%s has all of its operations in 8 bits', async (name, operations, marked, set) => {
  const { source, options } = await seeded(name, 2, set);
  const { sources, weights, report } = given(await quantize(source, options));
  expect(report).toMatchObject({ operations, inFloats: [], kept: [], lossy: [], unable: [] });
  expect(report.rows.filter(({ kind }) => kind === 'value')).toHaveLength(marked);
  for (const { decibels } of report.rows) expect(decibels).toBeGreaterThan(30);
  for (const { decibels } of report.agreement) expect(decibels).toBeGreaterThan(30);
  expect(report.bytes.after).toBeLessThan(0.4 * report.bytes.before);
  await expect(sources[0].text).toMatchFileSnapshot(`golden/${name}.dnn`);
  const artifact = given(compile(sources[0], { programs: [name], set, weights }));
  expect(artifact.manifest.variables.every(({ embedded }) => embedded)).toBe(true);
  const again = await quantize(sources[0], { ...options, weights });
  expect(again.diagnostics.map(({ code }) => code)).toEqual(['already-quantized']);
});
