import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestAmong, type Figures, frontAmong } from '../src/front/walk.ts';

const figures = fc.record({ bytes: fc.integer({ min: 1, max: 30 }), cycles: fc.integer({ min: 1, max: 30 }) });
const ways = fc.array(fc.array(figures, { maxLength: 12 }), { minLength: 1, maxLength: 2 });
const first = fc.option(figures, { nil: undefined });

const beats = (a: Figures, b: Figures) =>
  a.bytes <= b.bytes && a.cycles <= b.cycles && (a.bytes < b.bytes || a.cycles < b.cycles);

test('whoever asks for the bytes of a point of the front gets that point, and no point beats another', () => {
  fc.assert(
    fc.property(first, ways, (first, ways) => {
      const front = frontAmong(first, ways);
      for (const point of front) {
        expect(bestAmong(first, ways, { memory: point.bytes })).toBe(point);
        expect(front.some(other => beats(other, point))).toBe(false);
      }
    }),
  );
});

test('what is found keeps to what is wanted, whatever the plans', () => {
  fc.assert(
    fc.property(first, ways, fc.integer({ min: 1, max: 30 }), (first, ways, most) => {
      const small = bestAmong(first, ways, { memory: most });
      if (small) expect(small.bytes).toBeLessThanOrEqual(most);
      else expect([...(first ? [first] : []), ...ways.flat()].every(({ bytes }) => bytes > most)).toBe(true);
      const fast = bestAmong(first, ways, { cycles: most });
      if (fast) expect(fast.cycles).toBeLessThanOrEqual(most);
    }),
  );
});

test('plans are asked for no longer than one of them can be expected to be better', () => {
  let made = 0;
  function* plans() {
    for (const bytes of [50, 40, 30, 20, 10, 5]) yield { bytes, cycles: 100 + ++made };
  }
  expect(bestAmong(undefined, [plans()], { memory: 40 })).toEqual({ bytes: 40, cycles: 102 });
  expect(made).toBe(4);
});
