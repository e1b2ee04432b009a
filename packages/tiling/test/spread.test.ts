/** Where movements put what they copy. */
import type { Move } from '@tessera-dnn/graph/op';
import { expect, test } from 'vitest';
import { cellCount, evenCuts, type Grid, gridOver } from '../src/geometry/grid.ts';
import { denseHome, type Home } from '../src/geometry/home.ts';
import { movedGrid } from '../src/lower/spread.ts';
import type { BufferId } from '../src/program.ts';

const tiles = 64;

function homeOf(shape: readonly number[], parts: readonly number[]): Home {
  const cuts = shape.map((extent, axis) => evenCuts(extent, parts[axis]));
  const tileOf = Int32Array.from({ length: cellCount(cuts) }, (_, cell) => cell);
  const grid = gridOver(shape, cuts, tileOf);
  return denseHome({ element: 'f32', shape }, grid, { order: shape.map((_, axis) => axis) }, 0 as BufferId, tiles);
}

/** All of an operand, axis by axis, from the beginning of the result's. */
function whole(shape: readonly number[]): Move {
  const loops = shape.map((count, axis) => ({ count, from: { axis, step: 1 }, to: { axis, step: 1 } }));
  return { source: { operand: 0, start: shape.map(() => 0) }, to: shape.map(() => 0), loops };
}

function gridFor(home: Home, shape: readonly number[]): Grid {
  const layout = { order: shape.map((_, axis) => axis) };
  return movedGrid([whole(home.type.shape)], [home], { element: 'f32', shape }, layout, tiles);
}

test('zeros behind every element are put there by the tiles that have the elements', () => {
  const home = homeOf([16, 28, 1], [8, 4, 1]);
  expect(gridFor(home, [16, 28, 2])).toEqual({
    cuts: [...home.grid.cuts.slice(0, 2), [0, 2]],
    tileOf: home.grid.tileOf,
  });
});

test('what is far larger than its operand is spread over more tiles than that', () => {
  expect(gridFor(homeOf([1, 64], [1, 1]), [50_000, 64]).tileOf.length).toBeGreaterThan(32);
});
