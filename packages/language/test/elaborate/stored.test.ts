/** In which types trains and casts store what they make. */
import { describe, expect, it } from 'vitest';
import { moduleOf } from './texts.ts';

/** The states of a train of bf16 params, by path with their types, and the ops of its graph. */
function storedBy(clauses: string, element = 'bf16'): readonly string[] {
  const text = `model m(x: ${element}[4]) {
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
  return moduleOf(text).variables.map(({ path, type }) => `${path} ${type.element}`);
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

describe('a cast', () => {
  it('to the type that a tensor has is the tensor', () => {
    const ops = (element: string) =>
      moduleOf(`model m(x: ${element}[4]) {\n  relu(cast(x, f32))\n}\n`).programs[0].graph.nodes.map(({ op }) => op);
    expect(ops('f32')).toEqual(['input', 'relu']);
    expect(ops('bf16')).toEqual(['input', 'cast', 'relu']);
  });
});
