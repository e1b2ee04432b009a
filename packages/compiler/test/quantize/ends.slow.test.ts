/**
 * With inputs and outputs on levels, the networks of MLPerf Tiny have on one tile what is counted from their graphs, a byte an element: nothing in
 * 32 bits lies between their operations, nor before and behind them. What they give is what they give with floats there, in levels.
 */
import { describe, expect, it } from 'vitest';
import { compile, plan, quantize } from '../../src/index.ts';
import { chipOf, elementsAt } from '../support/run-module.ts';
import { given, seeded } from './seeded.ts';

describe.each<[name: string, file: string, bytes: number, set?: Readonly<Record<string, string>>]>([
  ['ds_cnn', 'ds_cnn', 16_000],
  // The graph has 55,296 B; the rest comes with the fourth channel that the picture gets.
  ['mobilenet_v1', 'mobilenet_v1', 55_584, { width: '8', size: '96', classes: '2' }],
  ['resnet8', 'resnet8', 32_768],
  ['reconstruct', 'autoencoder', 768],
])('%s', (name, file, bytes, set) => {
  it('has bytes alone on a tile', async () => {
    const { source, options } = await seeded(name, 2, set, file);
    const { sources, report } = given(await quantize(source, { ...options, inputs: 'levels', outputs: 'levels' }));
    expect(report).toMatchObject({ inFloats: [], endsInFloats: [] });
    expect(report.ends.map(({ kind, levels }) => [kind, levels.type])).toEqual([
      ['input', 'i8'],
      ['output', 'i8'],
    ]);
    const { tiles } = given(plan(sources[0], { programs: [name], set, chip: chipOf(1), verify: true })).report;
    const [{ activations, exchange, partials }] = tiles;
    expect(activations + exchange + partials).toBeLessThanOrEqual(bytes);
  });
});

it('gives the levels of what it would give', async () => {
  const { source, options } = await seeded('ds_cnn', 2);
  const floats = given(await quantize(source, options));
  const levels = given(await quantize(source, { ...options, inputs: 'levels', outputs: 'levels' }));
  const [input, output] = levels.report.ends;
  const x = options.data.get('features')?.data as Float32Array;
  const run = (made: typeof floats, values: ArrayLike<number>): readonly number[] => {
    const { bytes, manifest } = given(
      compile(made.sources[0], { programs: ['ds_cnn'], weights: made.weights, math: 'strict' }),
    );
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const memory = exports['memory'] as WebAssembly.Memory;
    const [to] = manifest.programs['ds_cnn'].inputs;
    elementsAt({ element: to.type }, memory, to.address, values.length).set(values);
    (exports['init'] as ((seed: number) => void) | undefined)?.(1);
    (exports['ds_cnn'] as () => void)();
    const [from] = manifest.programs['ds_cnn'].outputs;
    return [...elementsAt({ element: from.type }, memory, from.address, 12)];
  };
  const sample = x.slice(0, 490);
  const asLevels = sample.map(value => Math.min(Math.max(Math.round(value / input.scale), -128), 127));
  const [exact, rounded] = [run(floats, sample), run(levels, asLevels)];
  expect(Math.max(...rounded)).toBeGreaterThan(0);
  rounded.forEach((level, i) => {
    expect(Math.abs(level - exact[i] / output.scale), `word ${i}`).toBeLessThan(1.01);
  });
});
