/** Sequences are numbered as a Map over their texts would number them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sequences } from '../src/geometry/sequences.ts';

const sequence = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(2 ** 40, 2 ** 40 + 1, 0.5)), {
  maxLength: 5,
});

test('equal sequences have one number, others the next', () => {
  fc.assert(
    fc.property(fc.array(sequence, { maxLength: 400 }), sequences => {
      const known = new Map<string, number>();
      const numbers = new Sequences();
      for (const one of sequences) {
        const text = one.join();
        if (!known.has(text)) known.set(text, known.size);
        expect(numbers.numberOf(one)).toBe(known.get(text));
        expect(numbers.count).toBe(known.size);
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});
