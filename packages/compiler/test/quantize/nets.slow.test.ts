/** The networks of MLPerf Tiny, MobileNetV2 among them, in 8 bits: all their operations read 8 bits, and the new texts compile. */
import { expect, it } from 'vitest';
import { compile, quantize } from '../../src/index.ts';
import { given, seeded } from './seeded.ts';

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
