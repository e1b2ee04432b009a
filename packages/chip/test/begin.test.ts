/** How the variables of a chip begin: from weights, from a seed; and how its states begin again. The chip's code is JavaScript. */
import { type ManifestVariable, presets } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { Chip, type Weights } from '../src/index.ts';
import { Runner } from '../src/runner.ts';

const variables: readonly ManifestVariable[] = [
  { index: 0, path: 'w', kind: 'param', type: 'f32', shape: [], embedded: false },
  { index: 1, path: 'v', kind: 'param', type: 'f32', shape: [], embedded: false },
  { index: 2, path: 'memory', kind: 'state', type: 'f32', shape: [], embedded: false },
  { index: 3, path: 'fixed', kind: 'param', type: 'f32', shape: [], embedded: true },
];

/** `count` and `fit` add 1 to `memory`. `init(seed)` makes `w`, `v` and `memory` seed + 1, seed + 2, seed + 3. */
function chipOf(kept = variables): { readonly chip: Chip; readonly draws: readonly number[] } {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const values = new Float32Array(memory.buffer, 0, variables.length);
  const transfer = new Float32Array(memory.buffer, 64, 1);
  const draws: number[] = [];
  const init = (seed: number) => {
    draws.push(seed);
    for (const { index, embedded } of kept) if (!embedded) values[index] = seed + index + 1;
  };
  const count = () => void values[2]++;
  const program = { phases: 1, cycles: 1, inputs: [], outputs: [] };
  const chip = new Chip(
    {
      ...{ format: 'tessera', version: 1, source: 'count.dnn', math: 'strict', features: [] },
      chip: { ...presets[1], tiles: 1, workers: 1 },
      memory: { totalBytes: 65_536, tileStrideBytes: 64, host: { address: 64, bytes: 4, transfer: 64 } },
      programs: { count: { ...program, index: 0, kind: 'model' }, fit: { ...program, index: 1, kind: 'train' } },
      variables: kept,
    },
    memory,
    new Runner({
      exports: {
        ...{ load: () => {}, step: count, count, fit: count, init },
        read: (index: number) => transfer.set([values[index]]),
        write: (index: number) => values.set(transfer, index),
      },
      slots: 1,
    }),
  );
  return { chip, draws };
}

const all = (chip: Chip) =>
  ['w', 'v', 'memory'].map(path => {
    const read = chip.readVariable(path);
    return read.ok ? read.value[0] : read.diagnostics;
  });

describe('variables begin', () => {
  it('with what the seed draws, where nothing else is given', () => {
    const { chip, draws } = chipOf();
    chip.begin();
    expect([draws, all(chip)]).toEqual([[0], [1, 2, 3]]);
  });

  it.each<[string, Weights]>([
    ['a record', { w: 10, v: Float32Array.of(20) }],
    [
      'a map',
      new Map([
        ['w', 10],
        ['v', Float32Array.of(20)],
      ] as [string, number | Float32Array<ArrayBuffer>][]),
    ],
  ])('with weights from %s', (_, weights) => {
    const { chip, draws } = chipOf();
    expect(chip.begin(4, weights).ok).toBe(true);
    expect([draws, all(chip)]).toEqual([[4], [10, 20, 7]]);
  });

  it('and nothing is drawn where weights are all that is not embedded', () => {
    const { chip, draws } = chipOf(variables.filter(({ kind }) => kind === 'param'));
    expect(chip.begin(undefined, { w: 10, v: 20 }).ok).toBe(true);
    expect(draws).toEqual([]);
    expect(chip.run('count').diagnostics).toEqual([]);
  });

  it('and a weight that no variable takes is refused', () => {
    expect(chipOf().chip.begin(0, { u: 1 })).toMatchObject({ ok: false, diagnostics: [{ code: 'no-such-variable' }] });
    expect(chipOf().chip.begin(0, { w: Float32Array.of(1, 2) })).toMatchObject({
      diagnostics: [{ code: 'wrong-shape' }],
    });
  });
});

describe('a model that is run with what a seed drew', () => {
  it('says so once', () => {
    const { chip } = chipOf();
    chip.begin();
    expect(chip.run('count').diagnostics).toMatchObject([
      {
        code: 'no-weights',
        severity: 'warning',
        message: 'a seed drew w, v and whatever else has no weights',
      },
    ]);
    expect(chip.run('count').diagnostics).toEqual([]);
  });

  it.each<[string, (chip: Chip) => unknown]>([
    ['a seed was asked for', chip => chip.init(0)],
    ['it was trained', chip => chip.run('fit')],
    ['weights were written', chip => [chip.writeVariable('w', 1), chip.writeVariable('v', 1)]],
  ])('says nothing if %s', (_, act) => {
    const { chip } = chipOf();
    chip.begin();
    act(chip);
    expect(chip.run('count').diagnostics).toEqual([]);
  });

  it('says so of one that is missing', () => {
    const { chip } = chipOf();
    chip.begin(undefined, { w: 1 });
    expect(chip.run('count').diagnostics[0].message).toMatch(/ drew v and whatever else/);
  });
});

it('states begin again, and params stay', () => {
  const { chip, draws } = chipOf();
  chip.begin(4, { w: 10 });
  chip.run('count');
  expect(all(chip)).toEqual([10, 6, 8]);
  expect(chip.reset().ok).toBe(true);
  expect(all(chip)).toEqual([10, 6, 7]);
  chip.run('count');
  chip.writeVariable('v', 1);
  chip.reset();
  expect(all(chip)).toEqual([10, 1, 7]);
  // Nothing is drawn for it but the first time.
  expect(draws).toEqual([4, 4]);
  chip.init(1);
  chip.run('count');
  chip.reset();
  expect(all(chip)).toEqual([2, 3, 4]);
});
