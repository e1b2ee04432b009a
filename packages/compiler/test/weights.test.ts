/** What a weights file that does not fit says of itself. */
import type { StoredTensor } from '@tessera-dnn/formats';
import { describe, expect, test } from 'vitest';
import { matchWeights } from '../src/index.ts';

const shape = [2];
const params = ['stem.weight', 'a.bias', 'b.weight', 'b.bias', 'c.weight', 'c.bias'];
const variables = params.map(path => ({ path, kind: 'param', type: { element: 'f32', shape } }) as const);

function file(names: readonly string[]): ReadonlyMap<string, StoredTensor> {
  return new Map(names.map(name => [name, { element: 'f32', shape, data: Float32Array.of(1, 2) }]));
}

describe('missing params', () => {
  test('few are named one by one, with what is near', () => {
    const matched = matchWeights({ variables }, file([...params.slice(1), 'stem.weigh']));
    expect(matched.ok).toBe(false);
    expect(matched.diagnostics.map(d => d.code)).toEqual(['weights-missing', 'weights-unused']);
    expect(matched.diagnostics[0].help).toContain('stem.weigh');
  });

  test('many are one error that names five', () => {
    const { diagnostics } = matchWeights({ variables }, file(['x', 'y']));
    expect(diagnostics.filter(d => d.severity === 'error')).toHaveLength(1);
    expect(diagnostics[0].message).toBe(
      'the weights have no stem.weight, a.bias, b.weight, b.bias, c.weight and 1 more',
    );
    expect(diagnostics[0].help).toContain('x, y');
  });

  test('a wrapper before all names is pointed out', () => {
    const { diagnostics } = matchWeights({ variables }, file(params.map(path => `module.${path}`)));
    expect(diagnostics[0].help).toContain('begin with module.');
  });
});

test('a whole file is taken as it is; counters of batches are not missed', () => {
  const matched = matchWeights({ variables }, file([...params, 'bn.num_batches_tracked']));
  expect(matched.ok && matched.value.size).toBe(params.length);
  expect(matched.diagnostics).toEqual([]);
});

test('what a training left for itself is not missed either, and random numbers have no weights', () => {
  const seeded = [...variables, { path: '$seed', kind: 'state', type: { element: 'i32', shape: [] } } as const];
  const left = ['b.weight.adam.mean', '$seed', '$step'];
  const matched = matchWeights({ variables: seeded }, file([...params, ...left]), new Set(left));
  expect(matched.ok && [...matched.value.keys()]).toEqual(params);
  expect(matched.diagnostics).toEqual([]);
  const { diagnostics } = matchWeights({ variables: seeded }, file([...params, ...left]));
  expect(diagnostics.map(d => d.message)).toEqual(['nothing in the program takes b.weight.adam.mean of the weights']);
});

test('states of layers that are there otherwise are missed aloud; those of optimisers are not', () => {
  const state = (path: string) => ({ path, kind: 'state', type: { element: 'f32', shape } }) as const;
  const states = ['a.running_mean', 'a.running_var', 'b.weight.sgd.velocity', 'adam_0.step'].map(state);
  const matched = matchWeights({ variables: [...variables, ...states] }, file(params));
  expect(matched.ok && matched.value.size).toBe(params.length);
  expect(matched.diagnostics).toMatchObject([
    {
      code: 'weights-state-missing',
      severity: 'warning',
      message: 'the weights have no a.running_mean, a.running_var: they keep their first values',
    },
  ]);
});

test('tensors of unknown element types are refused where they are needed', () => {
  const foreign = new Map([['b.bias', 'F8_E4M3']]);
  const rest = params.filter(path => path !== 'b.bias');
  expect(matchWeights({ variables }, file(rest), new Set(), foreign).diagnostics).toMatchObject([
    { code: 'weights-type', severity: 'error', message: expect.stringContaining('hold b.bias as F8_E4M3') },
  ]);
  const spare = matchWeights({ variables }, file(params), new Set(), new Map([['scale', 'F8_E4M3']]));
  expect(spare.ok && spare.diagnostics.map(({ code }) => code)).toEqual(['weights-unused']);
});

describe('weights of 32 bits in variables of 16', () => {
  const narrow = (element: 'f16' | 'bf16') =>
    variables.map(({ path, kind }) => ({ path, kind, type: { element, shape } }));
  const filled = (...values: number[]): ReadonlyMap<string, StoredTensor> =>
    new Map(params.map((name, i) => [name, { element: 'f32', shape, data: Float32Array.of(0.5, values[i]) }]));

  test('are rounded, and one warning says so for all, with the number that changed most', () => {
    const matched = matchWeights({ variables: narrow('f16') }, filled(1, 1.0001, 1000.4, 2, 0.5, 0.25));
    expect(matched.ok && matched.value.get('b.weight')).toEqual(Float32Array.of(0.5, 1000.5));
    expect(matched.diagnostics).toMatchObject([
      {
        code: 'weights-rounded',
        severity: 'warning',
        message: '2 tensors of the weights are rounded to f16, at most by 0.01 % (a.bias, element 1: 1.0001 is 1)',
      },
    ]);
  });

  test('of one it is one, and what becomes 0 has lost all of its size', () => {
    const { diagnostics } = matchWeights({ variables: narrow('f16') }, filled(1, 1e-9, 3, 4, 5, 6));
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'one tensor of the weights is rounded to f16, at most by 100 % (a.bias, element 1: 1e-9 is 0)',
    ]);
  });

  test('exact ones are taken without a word', () => {
    expect(matchWeights({ variables: narrow('bf16') }, filled(1, 2, 4, -8, 0.5, 0)).diagnostics).toEqual([]);
  });

  test('one that would become infinite is an error that names it', () => {
    expect(matchWeights({ variables: narrow('f16') }, filled(1, 2, 3, 1e6, 5, 6)).diagnostics).toMatchObject([
      { code: 'inexact-conversion', message: expect.stringContaining('b.bias of the weights holds 1000000') },
    ]);
  });
});
