/** What is not selected has no slope, be it infinite or NaN: on wasm, fast and strict, against slopes worked out by hand. */
import { describe, expect, it } from 'vitest';
import { instanceOf } from '../support/instance.ts';

interface Case {
  readonly body: string;
  readonly x: readonly number[];
  readonly slopes: readonly number[];
}

const cases: readonly Case[] = [
  { body: 'where(x > 0, log(x), 0)', x: [0, -1, 2], slopes: [0, 0, 0.5] },
  { body: 'where(x > 0, sqrt(x), 0)', x: [0, -4, 4], slopes: [0, 0, 0.25] },
  { body: 'where(not (x > 0), 0, rsqrt(x))', x: [0, -4, 4], slopes: [0, 0, -1 / 16] },
  { body: 'where(x == 0, 1, sin(x) / x)', x: [0, 1], slopes: [0, Math.cos(1) - Math.sin(1)] },
  { body: 'where(x < 1e10, x * x, 2 * x)', x: [3e38, 3, Infinity], slopes: [2, 6, 2] },
  { body: 'where(x < 50, exp(x * x), x)', x: [100, 1], slopes: [1, 2 * Math.E] },
  { body: 'where(x > 0, 3 * x ** 1.5 + 1, x)', x: [-4, 4], slopes: [1, 9] },
  { body: 'where(x > 0, where(x > 1, log(x - 1), 0), 7 * x)', x: [1, 0.5, -2, 3], slopes: [0, 0, 7, 0.5] },
  { body: 'where(x > 1, where(x > -1, log(x - 1), log(x + 1)), 0)', x: [1, -1, 3], slopes: [0, 0, 0.5] },
  // Two readers of the logarithm, both under the same condition.
  { body: 'where(x > 0, log(x) * log(x), 0)', x: [0, Math.fround(Math.E)], slopes: [0, 2 / Math.E] },
  { body: 'maximum(log(x), -100)', x: [0, 0.5], slopes: [0, 2] },
  { body: 'minimum(1 / x, 5)', x: [0, 1], slopes: [0, -1] },
  { body: 'leaky_relu(log(x))', x: [0.5, 2], slopes: [0.02, 0.5] },
  { body: 'huber(x, 0, reduce: "sum")', x: [Infinity, -Infinity, 0.5], slopes: [1, -1, 0.5] },
];

const text = `
optimizer slope(weight, gradient) {
  weight := gradient
}

train fit() {
  param one: f32[1] = ones
  param p: f32[4] = zeros
${cases.map(({ body, x }, i) => `  param x${i}: f32[${x.length}] = zeros\n  let y${i} = sum(${body.replaceAll(/\bx\b/g, `x${i}`)})\n`).join('')}
  let spread = sum(where(p > 0, one / p, 0))
  minimize ${cases.map((_, i) => `y${i}`).join(' + ')} + spread using slope()
  return { spread }
}
`;

describe.each(['fast', 'strict'] as const)('%s', math => {
  const chip = instanceOf(text, math);
  for (const [i, { x }] of cases.entries()) chip.write(`x${i}`, x);
  chip.write('p', [0, 2, -1, 4]);
  chip.run('fit');

  it.each(cases.map((given, i) => [given.body, given, i] as const))('%s', (_body, { slopes }, i) => {
    const got = chip.read(`x${i}`);
    for (const [at, slope] of slopes.entries()) expect(got[at], `slope ${at}`).toBeCloseTo(slope, 5);
  });

  it('a number that was spread has the sum of the selected slopes alone', () => {
    expect([...chip.read('one')]).toEqual([0.75]);
    expect([...chip.read('p')]).toEqual([0, -0.25, 0, -0.0625]);
  });
});
