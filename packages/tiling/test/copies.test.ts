/** Copies against brute force: whatever the boxes, layouts and moves, each element must arrive where its coordinates say. */
import { type Box, layoutStrides, type TensorType } from '@tessera-dnn/graph';
import type { Move } from '@tessera-dnn/graph/op';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evenCuts, gridOver, onTiles } from '../src/geometry/grid.ts';
import { type CellView, denseHome, type Home } from '../src/geometry/home.ts';
import { type CellLoop, lattices } from '../src/geometry/lattice.ts';
import { moveCopies } from '../src/geometry/move.ts';
import { copyNests, type Nest } from '../src/geometry/nest.ts';
import type { BufferId } from '../src/program.ts';
import {
  cellHolding,
  elementMoves,
  grids,
  indices,
  isReshape,
  layouts,
  offsetOf,
  splits,
  tiles,
  transposeMoves,
} from './support/homes.ts';

/** Every `[from, to]` pair of byte offsets that a nest touches. */
function pairs(nest: Nest): [number, number][] {
  let all: [number, number][] = [[nest.from, nest.to]];
  for (const loop of nest.loops) {
    all = all.flatMap(([from, to]) =>
      Array.from({ length: loop.count }, (_, i): [number, number] => [from + i * loop.from, to + i * loop.to]),
    );
  }
  return all;
}

/** Every tile of a lattice, and how many elements further in the target its part goes. */
function cellsOf(first: number, loops: readonly CellLoop[]): [number, number][] {
  return loops.reduce<[number, number][]>(
    (all, { count, tiles: step, to }) =>
      all.flatMap(([tile, place]) =>
        Array.from({ length: count }, (_, i): [number, number] => [tile + i * step, place + i * to]),
      ),
    [[first, 0]],
  );
}

const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

function boxesIn(shape: readonly number[]): fc.Arbitrary<Box> {
  return fc
    .tuple(...shape.map(extent => fc.tuple(fc.nat(extent - 1), fc.integer({ min: 1, max: 3 }), fc.nat(extent))))
    .map(axes => ({
      start: axes.map(a => a[0]),
      step: axes.map(a => a[1]),
      count: axes.map((a, axis) => 1 + (a[2] % (Math.floor((shape[axis] - 1 - a[0]) / a[1]) + 1))),
    }));
}

const gathers = shapes.chain(shape =>
  fc
    .tuple(fc.constant(shape), layouts(shape.length), layouts(shape.length), boxesIn(shape))
    .chain(([s, from, to, region]) =>
      fc.record({
        shape: fc.constant(s),
        grid: grids(s, from),
        from: fc.constant(from),
        to: fc.constant(to),
        region: fc.constant(region),
        order: fc.oneof(
          fc.constant([...Array(tiles).keys()]),
          fc.shuffledSubarray([...Array(tiles).keys()], { minLength: tiles }),
        ),
      }),
    ),
);

test('a gathered region holds every element once, where its position says', () => {
  fc.assert(
    fc.property(gathers, ({ shape, grid: even, from, to, region, order }) => {
      const grid = onTiles(
        even,
        even.tileOf.map(tile => order[tile]),
      );
      const type: TensorType = { element: 'f32', shape };
      const home = denseHome(type, grid, from, 0 as BufferId, tiles);
      const target: CellView = {
        box: region,
        strides: layoutStrides(to, region.count).axes,
        offset: 0,
        block: to.block,
      };
      const arrived = new Map<number, string>();
      for (const { cell, loops } of lattices(region, home, target)) {
        for (const nest of copyNests(region, home.cell(cell), target, 4)) {
          for (const [tile, to] of cellsOf(grid.tileOf[cell], loops)) {
            for (const [source, place] of pairs(nest)) {
              expect(arrived.has(place + to * 4)).toBe(false);
              arrived.set(place + to * 4, `${tile}:${source}`);
            }
          }
        }
      }
      const dense: CellView = {
        ...target,
        box: { start: region.start.map(() => 0), count: region.count, step: region.count.map(() => 1) },
      };
      for (const position of indices(region.count)) {
        const at = position.map((p, axis) => region.start[axis] + p * region.step[axis]);
        const cell = cellHolding(grid, at);
        expect(arrived.get(offsetOf(dense, position) * 4)).toBe(
          `${grid.tileOf[cell]}:${offsetOf(home.cell(cell), at) * 4}`,
        );
      }
      expect(arrived.size).toBe(region.count.reduce((a, b) => a * b, 1));
    }),
    { numRuns: 300 },
  );
});

test('a row of tiles is one copy, and a broken row as many as it has pieces', () => {
  const rowOf = (...tileOf: number[]): Home => {
    const shape = [16 * tileOf.length];
    const grid = gridOver(shape, [evenCuts(shape[0], tileOf.length)], Int32Array.from(tileOf));
    return denseHome({ element: 'f32', shape }, grid, { order: [0] }, 0 as BufferId, 20);
  };
  const gather = (home: Home, start: number, count: number) => {
    const region = { start: [start], count: [count], step: [1] };
    return lattices(region, home, { box: region, strides: [1], offset: 0 });
  };
  const row = rowOf(8, 9, 10, 11, 12, 13);
  expect(gather(row, 0, 96)).toEqual([{ cell: 0, loops: [{ count: 6, tiles: 1, to: 16 }] }]);
  expect(gather(row, 8, 80)).toEqual([
    { cell: 0, loops: [] },
    { cell: 1, loops: [{ count: 4, tiles: 1, to: 16 }] },
    { cell: 5, loops: [] },
  ]);
  expect(gather(rowOf(3, 5, 7, 8, 9), 0, 80)).toEqual([
    { cell: 0, loops: [{ count: 3, tiles: 2, to: 16 }] },
    { cell: 3, loops: [{ count: 2, tiles: 1, to: 16 }] },
  ]);
});

function transferred(moves: readonly Move[], source: Home, target: Home): Map<string, string> {
  const arrived = new Map<string, string>();
  for (const move of moves) {
    for (const copy of moveCopies(move, source, target, 4)) {
      for (const [from, to] of pairs(copy.nest)) {
        const place = `${copy.toCell}:${to}`;
        expect(arrived.has(place)).toBe(false);
        arrived.set(place, `${copy.fromCell}:${from}`);
      }
    }
  }
  return arrived;
}

test.each(splits)('$name: every copy lands where one move per element says', ({ from, to, move }) => {
  fc.assert(
    fc.property(
      fc
        .tuple(layouts(from.length), layouts(to.length))
        .chain(([a, b]) =>
          fc.record({ a: fc.constant(a), b: fc.constant(b), source: grids(from, a), target: grids(to, b) }),
        ),
      ({ a, b, source, target }) => {
        const sourceHome = denseHome({ element: 'f32', shape: from }, source, a, 0 as BufferId, tiles);
        const targetHome = denseHome({ element: 'f32', shape: to }, target, b, 1 as BufferId, tiles);
        const wanted = isReshape(move) ? elementMoves(from, to) : transposeMoves(from);
        expect(transferred([move], sourceHome, targetHome)).toEqual(transferred(wanted, sourceHome, targetHome));
      },
    ),
    { numRuns: 100 },
  );
});

test('every other element of cells of seven comes in two copies: every other cell is alike', () => {
  const grid = gridOver(
    [56],
    [evenCuts(56, 8)],
    Int32Array.from({ length: 8 }, (_, cell) => cell),
  );
  const home = denseHome({ element: 'f32', shape: [56] }, grid, { order: [0] }, 0 as BufferId, tiles);
  const region: Box = { start: [0], count: [28], step: [2] };
  const target: CellView = { box: region, strides: [1], offset: 0 };
  expect(lattices(region, home, target)).toEqual([
    { cell: 0, loops: [{ count: 4, tiles: 2, to: 7 }] },
    { cell: 1, loops: [{ count: 4, tiles: 2, to: 7 }] },
  ]);
});
