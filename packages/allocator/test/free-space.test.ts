/** Both ways of finding room give the lowest free offset, found here by trying every one. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Columns, type FreeSpace, Neighbours } from '../src/free-space.ts';
import type { Buffer } from '../src/index.ts';
import { countOverlaps, listOverlaps } from '../src/overlaps.ts';
import { timelineOf } from '../src/timeline.ts';
import { problems } from './problems.ts';

/** Every offset from `base` on, until one is free. */
function lowestByTrying(buffers: readonly Buffer[], offsets: readonly number[], next: number, base: number): number {
  const { size, alignment = 1, lower, upper } = buffers[next];
  const taken = (offset: number) =>
    offsets.some((other, j) => {
      const together = buffers[j].lower < upper && lower < buffers[j].upper;
      return together && other < offset + size && offset < other + buffers[j].size;
    });
  let offset = Math.ceil(base / alignment) * alignment;
  while (taken(offset)) offset += alignment;
  return offset;
}

it('gives the lowest free offset', () => {
  const some = problems({ most: 60 }).map(buffers => buffers.filter(({ size }) => size > 0));
  fc.assert(
    fc.property(some, fc.nat(9), (buffers, base) => {
      const timeline = timelineOf(buffers);
      const taking = new Uint8Array(buffers.length).fill(1);
      const overlaps = listOverlaps(timeline, taking, countOverlaps(timeline, taking));
      const spaces: readonly FreeSpace[] = [new Columns(timeline, base), new Neighbours(overlaps, base)];
      const offsets: number[] = [];
      for (const [i, { size, alignment = 1 }] of buffers.entries()) {
        const lowest = lowestByTrying(buffers, offsets, i, base);
        for (const space of spaces) {
          expect(space.lowest(i, size, alignment)).toBe(lowest);
          space.add(i, lowest, size);
        }
        offsets.push(lowest);
      }
    }),
  );
});

it('lists who is ever live together', () => {
  fc.assert(
    fc.property(problems({ most: 30 }), fc.infiniteStream(fc.boolean()), (buffers, chosen) => {
      const taking = Uint8Array.from(buffers, () => (chosen.next().value ? 1 : 0));
      const timeline = timelineOf(buffers);
      const counts = countOverlaps(timeline, taking);
      const { from, others } = listOverlaps(timeline, taking, counts);
      for (const [i, a] of buffers.entries()) {
        const expected = [...buffers.keys()].filter(
          j => j !== i && taking[i] && taking[j] && buffers[j].lower < a.upper && a.lower < buffers[j].upper,
        );
        expect([...others.subarray(from[i], from[i + 1])].sort((x, y) => x - y)).toEqual(expected);
      }
    }),
  );
});
