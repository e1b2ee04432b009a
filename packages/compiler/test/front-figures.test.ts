import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Figures, meantOf, unbeaten } from '../src/front/figures.ts';

const figures = fc.record({ bytes: fc.integer({ min: 1, max: 30 }), cycles: fc.integer({ min: 1, max: 30 }) });
const plans = fc.array(figures, { maxLength: 12 });

const beats = (a: Figures, b: Figures) =>
  a.bytes <= b.bytes && a.cycles <= b.cycles && (a.bytes < b.bytes || a.cycles < b.cycles);

test('whoever asks for the bytes or the cycles of a point of the front gets that point, and no plan beats it', () => {
  fc.assert(
    fc.property(plans, all => {
      for (const point of unbeaten(all)) {
        expect(meantOf(all, { memory: point.bytes })).toBe(point);
        expect(meantOf(all, { cycles: point.cycles })).toBe(point);
        expect(all.some(other => beats(other, point))).toBe(false);
      }
    }),
  );
});

test('what is meant keeps to all that is wanted, and is missing only where no plan does', () => {
  const most = fc.integer({ min: 1, max: 30 });
  fc.assert(
    fc.property(plans, most, most, (all, memory, cycles) => {
      const meant = meantOf(all, { memory, cycles });
      const keeping = all.filter(each => each.bytes <= memory && each.cycles <= cycles);
      expect(meant?.cycles).toBe(keeping.length === 0 ? undefined : Math.min(...keeping.map(each => each.cycles)));
    }),
  );
});
