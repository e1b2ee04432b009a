/** Ranges are those that a search over all numbers themselves would choose; weights lose no more than half a level. */
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/quantize/histogram.ts';
import { decibels, levelsOf, noiseOf, scaleOf } from '../../src/quantize/ranges.ts';
import { weightLevels } from '../../src/quantize/weight-levels.ts';

/** Random numbers that are the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Numbers as networks have them: most are small, a few are far from 0. */
function numbers(count: number, seed: number, shape: (uniform: number, sign: number) => number): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: count }, () => shape(next(), next() < 0.5 ? -1 : 1));
}

const kinds: readonly [string, Float32Array][] = [
  ['uniform', numbers(20_000, 1, (u, sign) => 3 * u * sign)],
  ['with long tails', numbers(20_000, 2, (u, sign) => sign * Math.log(u + 1e-9) ** 2)],
  ['behind relu', numbers(20_000, 3, (u, sign) => Math.max(0, sign * -Math.log(u + 1e-9)))],
  ['with one outlier', numbers(20_000, 4, (u, sign) => sign * u).with(77, 1000)],
  ['tiny', numbers(20_000, 5, (u, sign) => 1e-20 * u * sign)],
];

function seenOf(values: Float32Array): Histogram {
  const seen = new Histogram();
  // In pieces, so that the range has to grow.
  for (let at = 0; at < values.length; at += 1000) expect(seen.add(values.subarray(at, at + 1000))).toBe(true);
  return seen;
}

/** The squared error over the numbers themselves. */
function noiseOfAll(values: Float32Array, scale: number, isUnsigned: boolean): number {
  const [least, most] = isUnsigned ? [0, 255] : [-128, 127];
  return values.reduce((sum, x) => sum + (x - Math.min(Math.max(Math.round(x / scale), least), most) * scale) ** 2, 0);
}

describe.each(kinds.flatMap(([name, values]) => [false, true].map(unsigned => [name, unsigned, values] as const)))(
  'numbers %s, unsigned: %s',
  (_, unsigned, values) => {
    const seen = seenOf(values);
    const levels = levelsOf([seen], unsigned);
    const isUnsigned = levels.type === 'u8';
    const reach = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

    it('are remembered as they were', () => {
      expect(seen.count).toBe(values.length);
      expect(seen.reach).toBe(reach);
      expect([seen.least, seen.greatest]).toEqual([Math.min(...values), Math.max(...values)]);
      expect(seen.energy).toBeCloseTo(
        values.reduce((sum, x) => sum + x * x, 0),
        5,
      );
      expect(isUnsigned).toBe(unsigned && values.every(x => x >= 0));
    });

    it('reach to the greatest with minmax', () => {
      expect(scaleOf(seen, levels, 'minmax').scale).toBe(Math.fround(reach / (isUnsigned ? 255 : 127)));
    });

    it('leave one in 10,000 out with percentile', () => {
      const { scale } = scaleOf(seen, levels, 'percentile');
      const end = scale * (isUnsigned ? 255 : 127);
      const beyond = values.filter(x => Math.abs(x) > end * 1.001).length;
      expect(beyond).toBeLessThanOrEqual(values.length / 10_000);
    });

    it('have the least error with mse, as a search over all of them finds it', () => {
      const steps = Array.from({ length: 71 }, (_, i) => (reach * (100 - i)) / 100 / (isUnsigned ? 255 : 127));
      const best = Math.min(...steps.map(scale => noiseOfAll(values, scale, isUnsigned)));
      const found = scaleOf(seen, levels, 'mse');
      expect(noiseOfAll(values, found.scale, isUnsigned)).toBeLessThanOrEqual(1.02 * best);
      expect(found.noise / noiseOfAll(values, found.scale, isUnsigned)).toBeCloseTo(1, 1);
    });

    it('lose least with auto', () => {
      const { scale } = scaleOf(seen, levels, 'auto');
      for (const kind of ['minmax', 'percentile', 'mse'] as const) {
        expect(noiseOf(seen, levels, scale)).toBeLessThanOrEqual(
          noiseOf(seen, levels, scaleOf(seen, levels, kind).scale),
        );
      }
    });
  },
);

it('takes zeros for what they are, and refuses what is not finite', () => {
  const seen = new Histogram();
  expect(seen.add([0, 0, -0])).toBe(true);
  expect(scaleOf(seen, levelsOf([seen]), 'auto')).toEqual({ scale: 1, noise: 0 });
  expect(decibels(0, 0)).toBe(Number.POSITIVE_INFINITY);
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) expect(seen.add([1, odd])).toBe(false);
  expect(seen.count).toBe(3);
});

it.each([
  ['rows', [4, 3, 2], 0],
  ['columns', [3, 5], 1],
] as const)('gives weights a scale for each of their %s', (_, shape, axis) => {
  const count = shape.reduce<number>((product, extent) => product * extent, 1);
  const weights = numbers(count, 9, (u, sign) => sign * u).map((x, i) => (i === 0 ? 50 : x));
  const { levels, scales } = weightLevels(weights, shape, axis);
  const stride = shape.slice(axis + 1).reduce<number>((product, extent) => product * extent, 1);
  expect(scales).toHaveLength(shape[axis]);
  for (const [i, level] of levels.entries()) {
    const scale = scales[Math.floor(i / stride) % shape[axis]];
    expect(Math.abs(weights[i] - level * scale)).toBeLessThanOrEqual(scale * 0.500001);
  }
  for (let channel = 0; channel < shape[axis]; channel++) {
    const own = [...levels].filter((_, i) => Math.floor(i / stride) % shape[axis] === channel);
    expect(Math.max(...own.map(Math.abs))).toBe(127);
  }
});

it('gives a channel of zeros the scale 1', () => {
  expect(weightLevels([0, 0, 1, 2], [2, 2], 0)).toMatchObject({
    levels: Int8Array.of(0, 0, 64, 127),
    decibels: expect.any(Number),
  });
  expect(weightLevels([0, 0], [1, 2], 0).scales).toEqual(Float32Array.of(1));
});
