/** In which types trains and casts store what they make. */
import { describe, expect, it } from 'vitest';
import { moduleOf } from './texts.ts';

/** A train of a param, with these clauses at its end. */
function trainOf(clauses: string, element: string): string {
  return `model m(x: ${element}[4]) {
  param w: ${element}[4] = ones
  x * w
}
optimizer slow(weight, gradient, rate) {
  state mean: like(weight) = zeros
  state count: f32[] = zeros
  count := count + 1
  mean := 0.5 * mean + gradient
  weight := weight - rate * mean
}
train fit(x: ${element}[4], rate: f32[]) {
  minimize sum(cast(m(x), f32)) using slow(rate) ${clauses}
}
`;
}

/** The variables of a train of bf16 params, by path with their types. */
function storedBy(clauses: string, element = 'bf16'): readonly string[] {
  return moduleOf(trainOf(clauses, element)).variables.map(({ path, type }) => `${path} ${type.element}`);
}

describe('what a minimize stores', () => {
  it.each([
    ['', 'bf16', ['fit.w.slow.mean bf16']],
    ['states f32', 'bf16', ['fit.w.slow.mean f32']],
    ['master f32', 'bf16', ['fit.w.slow.$master f32', 'fit.w.slow.mean f32']],
    ['states bf16 master f32', 'bf16', ['fit.w.slow.$master f32', 'fit.w.slow.mean bf16']],
    ['accumulate 2', 'bf16', ['fit.slow_0.$run i32', 'fit.w.slow.$sum f32', 'fit.w.slow.mean bf16']],
    ['', 'f32', ['fit.w.slow.mean f32']],
    ['states f16 master f32', 'f32', ['fit.w.slow.mean f16']],
  ] as const)('%s of %s', (clauses, element, states) => {
    expect(storedBy(clauses, element)).toEqual([`w ${element}`, ...states, 'fit.w.slow.count f32']);
  });
});

describe('what a precision may not change', () => {
  const exactOf = (clauses: string, element: string, masterWeights = false) =>
    moduleOf(trainOf(clauses, element), { masterWeights })
      .variables.filter(({ exact }) => exact)
      .map(({ path }) => path);

  it.each([
    ['', 'f32', []],
    ['master f32', 'f32', ['w', 'fit.w.slow.mean', 'fit.w.slow.count']],
    ['master f32', 'bf16', ['fit.w.slow.$master', 'fit.w.slow.mean', 'fit.w.slow.count']],
    ['states f32', 'f32', ['fit.w.slow.mean', 'fit.w.slow.count']],
    ['accumulate 2', 'f32', ['fit.w.slow.$sum']],
  ] as const)('%s of %s', (clauses, element, exact) => {
    expect(exactOf(clauses, element)).toEqual(exact);
    if (clauses === 'master f32') expect(exactOf('', element, true)).toEqual(exact);
  });

  it('is a state’s, whose param it knows', () => {
    const { variables } = moduleOf(trainOf('accumulate 2 master f32', 'bf16'));
    const owners = variables.map(({ path, owner }) => [path, owner === undefined ? '' : variables[owner].path]);
    expect(owners).toEqual([
      ['w', ''],
      ['fit.slow_0.$run', ''],
      ['fit.w.slow.$sum', 'w'],
      ['fit.w.slow.$master', 'w'],
      ['fit.w.slow.mean', 'w'],
      ['fit.w.slow.count', 'w'],
    ]);
  });
});

describe('a cast', () => {
  it('to the type that a tensor has is the tensor', () => {
    const ops = (element: string) =>
      moduleOf(`model m(x: ${element}[4]) {\n  relu(cast(x, f32))\n}\n`).programs[0].graph.nodes.map(({ op }) => op);
    expect(ops('f32')).toEqual(['input', 'relu']);
    expect(ops('bf16')).toEqual(['input', 'cast', 'relu']);
  });
});
