/** Which values of an old file are taken under today's names, and which belong to nobody. */
import { expect, it } from 'vitest';
import { adoptFormerPaths } from '../src/index.ts';

const state = (path: string) => ({ path, kind: 'state' });
const param = (path: string) => ({ path, kind: 'param' });
const saved = new Map(['w', 'adam_0.step', 'w.adam.mean'].map((path, value) => [path, value]));

it('one train takes what was kept for all', () => {
  const variables = [param('w'), state('fit.adam_0.step'), state('fit.w.adam.mean')];
  const { values, shared } = adoptFormerPaths(saved, variables, ['fit']);
  expect([...values.keys()]).toEqual(['w', 'fit.adam_0.step', 'fit.w.adam.mean']);
  expect([...values.values()]).toEqual([0, 1, 2]);
  expect(shared).toEqual([]);
});

it('of two trains none takes what both want, nor a part of what an optimiser knew', () => {
  const variables = [param('w'), state('a.adam_0.step'), state('a.w.adam.mean'), state('b.adam_0.step')];
  const { values, shared } = adoptFormerPaths(saved, variables, ['a', 'b']);
  expect(values).toBe(saved);
  expect(shared).toEqual(['adam_0.step']);
});

it('names of today come first, and what still exists is left where it is', () => {
  const both = new Map([...saved, ['fit.adam_0.step', 3]]);
  const variables = [param('w'), state('w.adam.mean'), state('fit.adam_0.step'), state('fit.w.adam.mean')];
  expect(adoptFormerPaths(both, variables, ['fit']).values).toBe(both);
  expect(adoptFormerPaths(saved, [param('w'), param('fit.w'), state('other.w')], ['fit']).values).toBe(saved);
});
