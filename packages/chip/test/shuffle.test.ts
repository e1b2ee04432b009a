/** The order of samples. */
import { describe, expect, it } from 'vitest';
import { permutation, threefry } from '../src/training/shuffle.ts';

describe('threefry', () => {
  // From `kat_vectors` of Random123: the known answers for 20 rounds of 2x32.
  it.each([
    [[0, 0], [0, 0], 0x6b200159],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], 0x1cb996fc],
    [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], 0xc4923a9c],
  ] as const)('under %o hashes %o as published', (key, counter, word) => {
    expect(threefry(key, counter)).toBe(word);
  });
});

describe('permutation', () => {
  it.each([0, 1, 2, 10, 1000])('has each of %i numbers once', count => {
    const order = permutation(count, -7, 3);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  it('is every order of few numbers about as often', () => {
    const counts = new Map<string, number>();
    const epochs = 24_000;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = String(permutation(4, 1, epoch));
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // For truly random orders, χ² with 23 degrees of freedom is below 49.7 in 999 of 1000 cases.
    const expected = epochs / 24;
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chi).toBeLessThan(49.7);
  });
});
