/** The bound is the sum of what is live at the fullest moment, which is found here by adding up at every time. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Buffer, lowerBound } from '../src/index.ts';
import { problems } from './problems.ts';

const liveAt = (buffers: readonly Buffer[], time: number) =>
  buffers.filter(({ lower, upper }) => lower <= time && time < upper).reduce((sum, { size }) => sum + size, 0);

it('is the sum of the fullest moment', () => {
  fc.assert(
    fc.property(problems(), aligned => {
      const buffers = aligned.map(buffer => ({ ...buffer, alignment: 1 }));
      const times = Array.from({ length: 20 }, (_, i) => i - 4);
      const bound = lowerBound(buffers);
      expect(bound.size).toBe(Math.max(0, ...times.map(time => liveAt(buffers, time))));
      expect(liveAt(buffers, bound.time)).toBe(bound.size);
    }),
  );
});

it('counts a fixed buffer by its end', () => {
  const buffers = [
    { id: 'a', lower: 0, upper: 1, size: 8 },
    { id: 'b', lower: 3, upper: 4, size: 2, fixedOffset: 10 },
  ];
  expect(lowerBound(buffers)).toEqual({ size: 12, time: 3 });
});

it('counts what alignment must waste: all but one buffer of a moment, rounded up', () => {
  const sized = (sizes: readonly number[]) =>
    sizes.map((size, id) => ({ id, lower: 0, upper: 1, size, alignment: id === 0 ? 32 : 16 }));
  expect(lowerBound(sized([17, 1, 16])).size).toBe(49);
  expect(lowerBound([...sized([17, 1, 16]), { id: 3, lower: 0, upper: 1, size: 1 }]).size).toBe(35);
});

it('counts once what tied buffers share', () => {
  const buffers = [0, 1].map(id => ({ id, lower: 0, upper: 2, size: 8 }));
  expect(lowerBound(buffers, [{ first: 0, second: 1, distance: 3 }]).size).toBe(11);
});
