/** Views against their definition: every element is where its coordinates say, on the tile that holds it. */
import type { Move } from '@tessera-dnn/graph/op';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evenCuts, gridOver } from '../src/geometry/grid.ts';
import { denseHome } from '../src/geometry/home.ts';
import { viewThrough } from '../src/geometry/views.ts';
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

test('axes merged behind a cut one are a view, cut so many times further on', () => {
  const shape = [2, 6, 2, 4, 3];
  const cuts = [evenCuts(2, 1), evenCuts(6, 3), evenCuts(2, 1), evenCuts(4, 2), evenCuts(3, 1)];
  const grid = gridOver(
    shape,
    cuts,
    Int32Array.from({ length: 6 }, (_, cell) => cell),
  );
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
