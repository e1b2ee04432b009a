/** Every strategy obeys all rules of the referee, never goes below the bound, and is right when it says that nothing fits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, type Buffer, lowerBound, strategies, verifyPlacement } from '../src/index.ts';
import { optimalHeight, problemsOfAllKinds } from './problems.ts';

const buffer = (id: string, lower: number, upper: number, size: number, more: Partial<Buffer> = {}): Buffer => ({
  id,
  lower,
  upper,
  size,
  ...more,
});

describe.each(strategies)('%s', strategy => {
  it('obeys every rule on any problem', () => {
    fc.assert(
      fc.property(problemsOfAllKinds({ most: 30, fixed: true }), problem => {
        const allocation = allocate(problem, { strategy });
        if (allocation.status === 'conflict') return;
        const { placement, bound } = allocation;
        expect(verifyPlacement({ ...problem, capacity: placement.height }, placement.offsets)).toEqual([]);
        expect(placement.height).toBeGreaterThanOrEqual(bound.size);
      }),
    );
  });

  it('never goes below the optimum, and so neither does the bound', () => {
    fc.assert(
      fc.property(problemsOfAllKinds({ most: 4, fixed: true, largest: 6 }), problem => {
        const allocation = allocate(problem, { strategy });
        const optimum = optimalHeight(problem);
        expect(lowerBound(problem.buffers, problem.pairs).size).toBeLessThanOrEqual(optimum);
        if (allocation.status === 'conflict') expect(optimum).toBe(Number.POSITIVE_INFINITY);
        else expect(allocation.placement.height).toBeGreaterThanOrEqual(optimum);
      }),
    );
  });
});

it('takes the largest first, and puts a later buffer into the hole an earlier one leaves', () => {
  //  10 ┤ b b c c        a is always live, b and c have the same offset, and d fits below neither of them
  //   6 ┤ a a a a
  const buffers = [buffer('c', 2, 4, 4), buffer('a', 0, 4, 6), buffer('b', 0, 2, 4), buffer('d', 1, 3, 1)];
  const allocation = allocate({ buffers });
  expect(allocation).toMatchObject({ status: 'placed', placement: { height: 11 }, bound: { size: 11 } });
  expect(allocation.status === 'placed' && [...allocation.placement.offsets]).toEqual([6, 0, 6, 10]);
});

it('puts what is always live at the bottom, in the order of the problem, whatever its size', () => {
  const buffers = [
    buffer('x', 1, 2, 100),
    buffer('w0', 0, 3, 1),
    buffer('y', 0, 1, 90),
    buffer('w1', 0, 3, 2),
    buffer('z', 2, 3, 5),
  ];
  const allocation = allocate({ buffers });
  expect(allocation.status === 'placed' && [...allocation.placement.offsets]).toEqual([3, 0, 3, 1, 3]);
});

it('rounds offsets up to the alignment', () => {
  const buffers = [buffer('a', 0, 2, 3), buffer('b', 1, 3, 2, { alignment: 16 }), buffer('c', 2, 3, 1)];
  const allocation = allocate({ buffers }, { strategy: 'greedy-by-size' });
  expect(allocation.status === 'placed' && [...allocation.placement.offsets]).toEqual([0, 16, 0]);
});

it('proves that nothing fits where more is live than the capacity, and names the time', () => {
  const buffers = [buffer('a', 0, 5, 6), buffer('b', 4, 9, 5)];
  expect(allocate({ buffers, capacity: 11 }).status).toBe('placed');
  expect(allocate({ buffers, capacity: 10 })).toMatchObject({
    status: 'too-high',
    proven: true,
    bound: { size: 11, time: 4 },
    placement: { height: 11 },
  });
});

it('reports two fixed buffers that collide', () => {
  const buffers = [
    buffer('a', 0, 5, 6, { fixedOffset: 4 }),
    buffer('b', 7, 9, 5),
    buffer('c', 4, 9, 5, { fixedOffset: 0 }),
  ];
  expect(allocate({ buffers })).toEqual({ status: 'conflict', first: 0, second: 2 });
});

it('moves tied buffers as one, lets them lie over each other, and nothing else between', () => {
  // out is written 2 behind the reads of in: together they take 10, and c, which is live at the same time, lies above them.
  const buffers = [buffer('in', 0, 2, 8), buffer('out', 1, 3, 8), buffer('c', 1, 2, 3)];
  const pairs = [{ first: 0, second: 1, distance: -2 }];
  const allocation = allocate({ buffers, pairs });
  expect(allocation).toMatchObject({ status: 'placed', placement: { height: 13 }, bound: { size: 13, time: 1 } });
  expect(allocation.status === 'placed' && [...allocation.placement.offsets]).toEqual([2, 0, 10]);
});

it('puts others into what a gap leaves free', () => {
  const gaps = [{ lower: 1, upper: 2, window: { lower: 4, upper: 8 } }];
  const buffers = [buffer('a', 0, 3, 8, { gaps }), buffer('b', 1, 2, 4)];
  expect(allocate({ buffers })).toMatchObject({ status: 'placed', placement: { height: 8 }, bound: { size: 8 } });
});

it.each([
  [
    'two distances',
    [],
    [
      [0, 1, 4],
      [1, 0, 4],
    ],
    [0, 1],
  ],
  [
    'collide though no pair',
    [],
    [
      [0, 1, 4],
      [1, 2, -4],
    ],
    [0, 2],
  ],
  ['odd distance, even offsets', [{ alignment: 2 }, { alignment: 2 }, {}], [[0, 1, 3]], [0, 1]],
  ['fixed elsewhere', [{ fixedOffset: 0 }, { fixedOffset: 6 }, {}], [[0, 1, 5]], [0, 1]],
  ['fixed where the other is not aligned', [{ fixedOffset: 1 }, { alignment: 2 }, {}], [[0, 1, 4]], [0, 1]],
  ['below 0', [{ fixedOffset: 2 }, {}, {}], [[0, 1, -5]], [0, 1]],
])('names two buffers that exclude each other: %s', (_, more, tied, [first, second]) => {
  const buffers = ['a', 'b', 'c'].map((id, i) => buffer(id, 0, 2, 4, more[i]));
  const pairs = tied.map(([one, other, distance]) => ({ first: one, second: other, distance }));
  expect(allocate({ buffers, pairs })).toEqual({ status: 'conflict', first, second });
  expect(optimalHeight({ buffers, pairs })).toBe(Number.POSITIVE_INFINITY);
});

it('refuses a malformed buffer by name', () => {
  expect(() => allocate({ buffers: [buffer('w', 3, 3, 1)] })).toThrow('buffer w lives in [3, 3), which is empty');
});

it('plans beyond 4 GiB exactly', () => {
  const size = 2 ** 40 + 1;
  const allocation = allocate({ buffers: [buffer('a', 0, 2, size), buffer('b', 1, 3, size), buffer('c', 0, 3, 1)] });
  expect(allocation).toMatchObject({ status: 'placed', placement: { height: 2 * size + 1 } });
});

it('places many short lives and a few long ones as well as any, whichever way it looks for room', () => {
  // With short lives a block has few neighbours, with long ones many, so that each of the two ways of finding free space is used once.
  for (const life of [3, 400]) {
    const buffers = Array.from({ length: 500 }, (_, i) => {
      const lower = (i * 131) % 500;
      return buffer(
        `${i}`,
        lower,
        lower + 1 + ((i * 17) % life),
        ((i * 37) % 97) * 4,
        i % 5 === 0 ? { alignment: 16 } : {},
      );
    });
    for (const strategy of strategies) {
      const allocation = allocate({ buffers }, { strategy, nodes: 600 });
      if (allocation.status !== 'placed') throw new Error(allocation.status);
      expect(verifyPlacement({ buffers }, allocation.placement.offsets)).toEqual([]);
    }
  }
});
