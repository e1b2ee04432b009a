/** Copies against brute force: whatever the boxes, layouts and moves, each element must arrive where its coordinates say. */
import { type Box, type Layout, layoutStrides, type Move, type TensorType } from '@tessera/graph';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellBox, cellCount, evenCuts, type Grid } from '../src/geometry/grid.ts';
import { type CellView, denseHome, type Home } from '../src/geometry/home.ts';
import { type CellLoop, lattices } from '../src/geometry/lattice.ts';
import { moveCopies } from '../src/geometry/move.ts';
import { copyNests, type Nest } from '../src/geometry/nest.ts';
import { viewThrough } from '../src/geometry/views.ts';
import type { BufferId } from '../src/program.ts';

const tiles = 12;

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

function* indices(count: readonly number[]): Generator<number[]> {
  const total = count.reduce((a, b) => a * b, 1);
  for (let i = 0; i < total; i++) {
    const index = new Array<number>(count.length);
    let rest = i;
    for (let axis = count.length - 1; axis >= 0; axis--) {
      index[axis] = rest % count[axis];
      rest = Math.floor(rest / count[axis]);
    }
    yield index;
  }
}

/** The element offset of coordinates `at`, written out from the definition of a blocked layout. */
function offsetOf(view: CellView, at: readonly number[]): number {
  return at.reduce((offset, index, axis) => {
    const inside = index - view.box.start[axis];
    if (view.block?.axis !== axis) return offset + inside * view.strides[axis];
    return offset + Math.floor(inside / view.block.size) * view.strides[axis] + (inside % view.block.size);
  }, view.offset);
}

const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

function layouts(rank: number): fc.Arbitrary<Layout> {
  const order = fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank });
  const block = fc.option(fc.record({ axis: fc.integer({ min: 0, max: rank - 1 }), size: fc.constantFrom(2, 4) }), {
    nil: undefined,
  });
  return fc.record({ order, block });
}

function grids(shape: readonly number[], quantum: Layout | undefined): fc.Arbitrary<Grid> {
  return fc.tuple(...shape.map(() => fc.integer({ min: 1, max: 6 }))).map(parts => {
    let left = tiles;
    const cuts = shape.map((extent, axis) => {
      const cut = evenCuts(extent, Math.min(parts[axis], left), quantum?.block?.axis === axis ? quantum.block.size : 1);
      left = Math.floor(left / (cut.length - 1));
      return cut;
    });
    return { cuts, tileOf: Int32Array.from({ length: cellCount(cuts) }, (_, cell) => cell) };
  });
}

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
    fc.property(gathers, ({ shape, grid: { cuts, tileOf }, from, to, region, order }) => {
      const grid = { cuts, tileOf: tileOf.map(tile => order[tile]) };
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
    const grid = { cuts: [evenCuts(16 * tileOf.length, tileOf.length)], tileOf: Int32Array.from(tileOf) };
    return denseHome({ element: 'f32', shape: [16 * tileOf.length] }, grid, { order: [0] }, 0 as BufferId, 20);
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

function cellHolding(grid: Grid, at: readonly number[]): number {
  for (let cell = 0; cell < grid.tileOf.length; cell++) {
    const box = cellBox(grid.cuts, cell);
    if (at.every((index, axis) => index >= box.start[axis] && index < box.start[axis] + box.count[axis])) return cell;
  }
  throw new Error(`no cell holds ${at}`);
}

/** Row-major reshapes as moves, built the slow way: one move per element. */
function elementMoves(from: readonly number[], to: readonly number[]): Move[] {
  const total = from.reduce((a, b) => a * b, 1);
  const coordinates = (shape: readonly number[], i: number) => {
    let rest = i;
    return [...shape.keys()].reverse().reduce<number[]>((at, axis) => {
      at[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
      return at;
    }, []);
  };
  return Array.from({ length: total }, (_, i) => ({
    source: { operand: 0, start: coordinates(from, i) },
    to: coordinates(to, i),
    loops: [],
  }));
}

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

const splits: readonly {
  readonly name: string;
  readonly from: number[];
  readonly to: number[];
  readonly move: Move;
}[] = [
  {
    name: 'merge of two axes',
    from: [3, 4, 5],
    to: [3, 20],
    move: {
      source: { operand: 0, start: [0, 0, 0] },
      to: [0, 0],
      loops: [
        { count: 3, from: { axis: 0, step: 1 }, to: { axis: 0, step: 1 } },
        { count: 4, from: { axis: 1, step: 1 }, to: { axis: 1, step: 5 } },
        { count: 5, from: { axis: 2, step: 1 }, to: { axis: 1, step: 1 } },
      ],
    },
  },
  {
    name: 'split of an axis',
    from: [24, 2],
    to: [4, 6, 2],
    move: {
      source: { operand: 0, start: [0, 0] },
      to: [0, 0, 0],
      loops: [
        { count: 4, from: { axis: 0, step: 6 }, to: { axis: 0, step: 1 } },
        { count: 6, from: { axis: 0, step: 1 }, to: { axis: 1, step: 1 } },
        { count: 2, from: { axis: 1, step: 1 }, to: { axis: 2, step: 1 } },
      ],
    },
  },
  {
    name: 'transpose',
    from: [5, 7],
    to: [7, 5],
    move: {
      source: { operand: 0, start: [0, 0] },
      to: [0, 0],
      loops: [
        { count: 5, from: { axis: 0, step: 1 }, to: { axis: 1, step: 1 } },
        { count: 7, from: { axis: 1, step: 1 }, to: { axis: 0, step: 1 } },
      ],
    },
  },
];

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

function isReshape(move: Move): boolean {
  return move !== splits[2].move;
}

function transposeMoves(from: readonly number[]): Move[] {
  return [...indices(from)].map(([i, j]) => ({ source: { operand: 0, start: [i, j] }, to: [j, i], loops: [] }));
}

test.each(splits)('$name as a view addresses the same elements, where there is one', ({ from, to, move }) => {
  let seen = 0;
  fc.assert(
    fc.property(
      layouts(from.length).chain(({ order }) => fc.record({ a: fc.constant({ order }), grid: grids(from, undefined) })),
      ({ a, grid }) => {
        const home = denseHome({ element: 'f32', shape: from }, grid, a, 0 as BufferId, tiles);
        const view = viewThrough(home, [move], { element: 'f32', shape: to });
        if (!view) return;
        seen++;
        for (const m of isReshape(move) ? elementMoves(from, to) : transposeMoves(from)) {
          const source = 'operand' in m.source ? m.source.start : [];
          const held = cellHolding(grid, source);
          const viewed = cellHolding(view.grid, m.to);
          expect(view.grid.tileOf[viewed]).toBe(grid.tileOf[held]);
          expect(offsetOf(view.cell(viewed), m.to)).toBe(offsetOf(home.cell(held), source));
        }
      },
    ),
    { numRuns: 200 },
  );
  expect(seen).toBeGreaterThan(0);
});

test('every other element of cells of seven comes in two copies: every other cell is alike', () => {
  const grid: Grid = { cuts: [evenCuts(56, 8)], tileOf: Int32Array.from({ length: 8 }, (_, cell) => cell) };
  const home = denseHome({ element: 'f32', shape: [56] }, grid, { order: [0] }, 0 as BufferId, tiles);
  const region: Box = { start: [0], count: [28], step: [2] };
  const target: CellView = { box: region, strides: [1], offset: 0 };
  expect(lattices(region, home, target)).toEqual([
    { cell: 0, loops: [{ count: 4, tiles: 2, to: 7 }] },
    { cell: 1, loops: [{ count: 4, tiles: 2, to: 7 }] },
  ]);
});

test('axes merged behind a cut one are a view, cut so many times further on', () => {
  const shape = [2, 6, 2, 4, 3];
  const cuts = [evenCuts(2, 1), evenCuts(6, 3), evenCuts(2, 1), evenCuts(4, 2), evenCuts(3, 1)];
  const grid: Grid = { cuts, tileOf: Int32Array.from({ length: 6 }, (_, cell) => cell) };
  const home = denseHome({ element: 'f32', shape }, grid, { order: [0, 1, 2, 3, 4] }, 0 as BufferId, tiles);
  const loop = (count: number, from: number, to: number, step: number) => {
    return { count, from: { axis: from, step: 1 }, to: { axis: to, step } };
  };
  const loops = [loop(2, 0, 0, 1), loop(6, 1, 1, 2), loop(2, 2, 1, 1), loop(4, 3, 2, 3), loop(3, 4, 2, 1)];
  const merge: Move = { source: { operand: 0, start: [0, 0, 0, 0, 0] }, to: [0, 0, 0], loops };
  const view = viewThrough(home, [merge], { element: 'f32', shape: [2, 12, 12] });
  expect(view?.grid.cuts).toEqual([
    [0, 2],
    [0, 4, 8, 12],
    [0, 6, 12],
  ]);
  for (const at of indices([2, 12, 12])) {
    const source = [at[0], Math.floor(at[1] / 2), at[1] % 2, Math.floor(at[2] / 3), at[2] % 3];
    const [held, viewed] = [cellHolding(grid, source), cellHolding(view?.grid ?? grid, at)];
    expect(view?.grid.tileOf[viewed]).toBe(grid.tileOf[held]);
    expect(view && offsetOf(view.cell(viewed), at)).toBe(offsetOf(home.cell(held), source));
  }
});
