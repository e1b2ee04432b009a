/** Both ways of finding free space give the lowest free offset, which is found here by trying every offset. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Block, blocksOf } from '../src/blocks.ts';
import { FreeSpaceByColumns } from '../src/columns.ts';
import { generator } from '../src/exact/ranking.ts';
import type { FreeSpace } from '../src/free-space.ts';
import type { Problem } from '../src/index.ts';
import { FreeSpaceByNeighbours } from '../src/neighbours.ts';
import { countOverlaps, listOverlaps } from '../src/overlaps.ts';
import { tableOf } from '../src/piece-table.ts';
import { timelineOf } from '../src/timeline.ts';
import { problems, problemsOfAllKinds } from './problems.ts';

/** The lowest free offset at or above `from`, found by trying one after the other. */
function lowestByTrying(blocks: readonly Block[], bases: readonly number[], next: number, from: number): number {
  const { pieces, alignment, residue } = blocks[next];
  const taken = (base: number) =>
    bases.some((other, b) =>
      blocks[b].pieces.some(p =>
        pieces.some(
          q => p.lower < q.upper && q.lower < p.upper && other + p.low < base + q.high && base + q.low < other + p.high,
        ),
      ),
    );
  let base = from;
  while (base % alignment !== residue || taken(base)) base++;
  return base;
}

function expectLowest(problem: Problem, from: number, isPlain: boolean): void {
  const made = blocksOf(problem);
  if ('conflict' in made) return;
  const blocks = made.blocks.filter(({ pieces, fixed }) => pieces.length > 0 && fixed === undefined);
  const table = tableOf(blocks);
  const taking = new Uint8Array(table.block.length).fill(1);
  const overlaps = listOverlaps(table.timeline, taking, countOverlaps(table.timeline, taking));
  const spaces: FreeSpace[] = [new FreeSpaceByNeighbours(blocks, table, overlaps, from)];
  if (isPlain) spaces.push(new FreeSpaceByColumns(blocks, table, from));
  const bases: number[] = [];
  for (const b of blocks.keys()) {
    const lowest = lowestByTrying(blocks, bases, b, from);
    for (const space of spaces) {
      expect(space.lowest(b)).toBe(lowest);
      space.add(b, lowest);
    }
    bases.push(lowest);
  }
}

it('gives the lowest free offset', () => {
  fc.assert(fc.property(problems({ most: 60 }), fc.nat(9), (buffers, from) => expectLowest({ buffers }, from, true)));
});

it('gives the same in both ways for very many blocks', () => {
  for (const [seed, longest] of [
    [1, 2000],
    [2, 300],
    [3, 12],
  ] as const) {
    const random = generator(seed);
    const draw = (most: number) => Math.floor(random() * most);
    const buffers = Array.from({ length: 1500 }, (_, id) => {
      const lower = draw(1000);
      return { id, lower, upper: lower + 1 + draw(longest), size: 1 + draw(100), alignment: [1, 1, 4, 16][draw(4)] };
    });
    const made = blocksOf({ buffers });
    if ('conflict' in made) throw new Error('a conflict');
    const { blocks } = made;
    const table = tableOf(blocks);
    const taking = new Uint8Array(blocks.length).fill(1);
    const overlaps = listOverlaps(table.timeline, taking, countOverlaps(table.timeline, taking));
    const [one, other] = [
      new FreeSpaceByNeighbours(blocks, table, overlaps, 0),
      new FreeSpaceByColumns(blocks, table, 0),
    ];
    for (const b of blocks.keys()) {
      const lowest = one.lowest(b);
      expect(other.lowest(b)).toBe(lowest);
      one.add(b, lowest);
      other.add(b, lowest);
    }
  }
});

it('gives it to blocks of many pieces', () => {
  fc.assert(
    fc.property(problemsOfAllKinds({ most: 30 }), fc.nat(9), (problem, from) => expectLowest(problem, from, false)),
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
