/** The two 16-bit floats are NumPy's and PyTorch's, element by element; their sums are in `fixtures/narrow-floats.json`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NarrowFloat, narrowed, readElements, widened, writeElements } from '../src/index.ts';

interface Sums {
  readonly widened: string;
  readonly near: string;
  readonly narrowed: string;
  readonly count: number;
}
const fixture = new URL('fixtures/narrow-floats.json', import.meta.url);
const sums: { readonly [element in NarrowFloat]: Sums } = JSON.parse(readFileSync(fixture, 'utf8'));
const elements = ['f16', 'bf16'] as const;
const allBits = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);

const digest = (array: Float32Array | Uint16Array) =>
  createHash('sha256')
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest('hex');

/** The 32-bit float next to one that is not negative, in either direction. */
function beside(value: number, step: -1 | 1): number {
  const word = new Float32Array([value]);
  const bits = new Int32Array(word.buffer);
  if (value === 0 && step < 0) return -(2 ** -149);
  if (value < Number.POSITIVE_INFINITY || step < 0) bits[0] += step;
  return word[0];
}

/** The elements, the middles between neighbours, and the floats next to all of them, with both signs: as the fixture has them. */
function around(values: Float32Array): Float32Array {
  const sizes = [...values].filter(value => Number.isFinite(value) && Object.is(value, Math.abs(value)));
  const after = 2 * sizes[sizes.length - 1] - sizes[sizes.length - 2];
  const middles = sizes.map((size, i) => (size + (sizes[i + 1] ?? after)) / 2);
  const points = [...sizes, ...middles, after, 3e38].map(Math.fround);
  const near = [...points, ...points.map(point => beside(point, -1)), ...points.map(point => beside(point, 1))];
  return Float32Array.from([...near, ...near.map(value => -value)]);
}

describe.each(elements)('%s', element => {
  const values = widened(element, allBits);

  it('widens all its elements as NumPy and PyTorch do', () => {
    expect(digest(values.filter(value => !Number.isNaN(value)))).toBe(sums[element].widened);
  });

  it('narrows what lies on, between and around its elements as they do', () => {
    const near = around(values);
    expect([near.length, digest(near)]).toEqual([sums[element].count, sums[element].near]);
    expect(digest(narrowed(element, near))).toBe(sums[element].narrowed);
  });

  it('gives every element its own bits again, and every NaN the same ones', () => {
    const nan = element === 'f16' ? 0x7e00 : 0x7fc0;
    const expected = allBits.map((bits, i) => (Number.isNaN(values[i]) ? nan : bits));
    expect(narrowed(element, values)).toEqual(expected);
  });

  it('rounds a 64-bit number once, not by way of 32 bits', () => {
    // Just above the middle of 1 and the next element, by less than a 32-bit float can say.
    const [one, next] = widened(element, Uint16Array.of(narrowed(element, [1])[0], narrowed(element, [1])[0] + 1));
    const middle = (one + next) / 2;
    expect([...widened(element, narrowed(element, [middle, middle + 2 ** -50, -middle - 2 ** -50]))]).toEqual([
      1,
      next,
      -next,
    ]);
  });

  it('rounds any number to one that no other element is nearer to', () => {
    const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
    fc.assert(
      fc.property(fc.double({ min: sorted[0], max: -sorted[0], noNaN: true }), value => {
        const [got] = widened(element, narrowed(element, [value]));
        let [low, high] = [0, sorted.length - 1];
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (sorted[middle] <= value) low = middle;
          else high = middle;
        }
        const least = Math.min(Math.abs(sorted[low] - value), Math.abs(sorted[high] - value));
        expect(Math.abs(got - value)).toBe(least);
      }),
    );
  });
});

it('reads from memory what it wrote there', () => {
  const memory = new ArrayBuffer(32);
  for (const [element, values] of [
    ['f32', [0.1, -0]],
    ['f16', [0.5, -65504]],
    ['bf16', [2 ** 127, -0]],
    ['i32', [-(2 ** 31), 7]],
    ['i8', [-128, 127]],
    ['u8', [255, 0]],
    ['bool', [1, 0]],
  ] as const) {
    const rounded = element === 'f32' ? values.map(Math.fround) : values;
    writeElements(memory, element, 8, values);
    expect([...readElements(memory, element, 8, 2)]).toEqual(rounded);
  }
  expect(new Uint8Array(memory, 0, 8)).toEqual(new Uint8Array(8));
});
