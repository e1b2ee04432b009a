/** Grids that follow an operand: every cell of the work finds its region of it on its own tile. */
import type { Box, TensorType, Work } from '@tessera-dnn/graph';
import { presetNamed } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { cellBox, cellCount, containsBox, evenCuts, type Grid, gridOver } from '../src/geometry/grid.ts';
import { denseHome, type Home } from '../src/geometry/home.ts';
import type { BufferId } from '../src/program.ts';
import { balanceTiles } from '../src/split/balance.ts';
import { cuttingAs } from '../src/split/cutting.ts';
import { followedGrids } from '../src/split/followed.ts';
import type { SplitContext } from '../src/split/score.ts';
import { chooseSplit } from '../src/split/split.ts';

const tiles = 24;

/** The home of a tensor cut into so many parts, from a tile on. */
function homeOf(shape: readonly number[], parts: readonly number[], firstTile = 0): Home {
  const cuts = shape.map((extent, axis) => evenCuts(extent, parts[axis]));
  const tileOf = Int32Array.from({ length: cellCount(cuts) }, (_, cell) => firstTile + cell);
  const grid = gridOver(shape, cuts, tileOf);
  const layout = { order: shape.map((_, axis) => axis) };
  return denseHome({ element: 'f32', shape }, grid, layout, 0 as BufferId, tiles);
}

/** Work over a space of the given extents, of which the first `rank` are the result's; `regions` says what a box needs. */
function workOver(extents: readonly number[], rank: number, regions: Work['regions']): Work {
  const type: TensorType = { element: 'f32', shape: extents.slice(0, rank) };
  return {
    node: { kind: 'op', op: 'some', operands: [], attributes: {}, type, origin: {} },
    context: { operands: [], attributes: {}, result: type },
    space: { extents, combine: extents.slice(rank).map(() => 'add' as const) },
    variants: [],
    ownOperands: 2,
    regions,
    overwritable: [],
    inOrder: [],
  };
}

/** The axes of `box`, each as it is or, for numbers in brackets, a range of its own. */
function along(box: Box, axes: readonly (number | readonly [start: number, count: number])[]): Box {
  const ranges = axes.map(axis => (typeof axis === 'number' ? [box.start[axis], box.count[axis]] : axis));
  return { start: ranges.map(([start]) => start), count: ranges.map(([, count]) => count), step: ranges.map(() => 1) };
}

function gridsOf(work: Work, homes: readonly Home[]): readonly Grid[] {
  return followedGrids(work, contextOf(homes));
}

function contextOf(homes: readonly Home[], old?: Home): SplitContext {
  const chip = presetNamed('gc2');
  if (!chip.ok) throw new Error('no chip');
  return {
    chip: { ...chip.value, tiles },
    homes,
    old,
    operandTypes: homes.map(home => home.type),
    budgetBytes: 1e6,
    cyclesPerByte: 0,
    transientWeight: 1,
    spareBytes: 0,
    sample: () => ({ pointCycles: 1, scratchBytes: 0 }),
    settlingCycles: () => 0,
  };
}

/** Whether operand `i` lies, for every cell, on the cell's tile. */
function liesThere(work: Work, grid: Grid, home: Home, i: number): boolean {
  return [...grid.tileOf].every((tile, cell) => {
    const held = home.cellOf[tile];
    return held >= 0 && containsBox(home.cell(held).box, work.regions(cellBox(grid.cuts, cell))[i]);
  });
}

test('a sum follows its operand along all its axes, kept and summed', () => {
  const home = homeOf([6, 8, 10], [3, 2, 4]);
  const work = workOver([8, 6, 10], 1, box => [along(box, [1, 0, 2])]);
  const [grid] = gridsOf(work, [home]);
  expect(grid.cuts.map(cuts => cuts.length - 1)).toEqual([2, 3, 4]);
  expect(new Set(grid.tileOf).size).toBe(24);
  expect(liesThere(work, grid, home, 0)).toBe(true);
});

test('an elementwise op follows both operands, and one that is broadcast where it is not cut across', () => {
  const [large, small] = [homeOf([6, 8], [3, 2], 5), homeOf([6, 1], [6, 1])];
  const work = workOver([6, 8], 2, box => [box, along(box, [0, [0, 1]])]);
  const grids = gridsOf(work, [large, small]);
  expect(grids[0]).toBe(large.grid);
  expect(grids.map((grid, i) => liesThere(work, grid, [large, small][i], i))).toEqual([true, true]);
});

test('windows are followed only along the other axes: a box of rows needs more rows than it has', () => {
  // Two channels in, three out, windows of three rows.
  const work = workOver([3, 8, 2], 2, box => [along(box, [2, [box.start[1], box.count[1] + 2]])]);
  const at = (parts: readonly number[]) => {
    const home = homeOf([2, 10], parts);
    return gridsOf(work, [home]).filter(grid => liesThere(work, grid, home, 0)).length;
  };
  expect(at([2, 1])).toBe(1);
  expect(at([1, 2])).toBe(0);
});

test('an operand whose rows end in one number lends no cuts of what the result does not have', () => {
  const home = homeOf([8, 5], [2, 1]);
  const work = workOver([8, 1], 2, box => [along(box, [0, [0, 5]])]);
  const [grid] = gridsOf(work, [home]);
  expect(grid.cuts).toEqual([
    [0, 4, 8],
    [0, 1],
  ]);
  expect(liesThere(work, grid, home, 0)).toBe(true);
});

test('what one half of a tensor needs of another is no grid for it: windows that begin before it', () => {
  // Two taps, two apart, the first two before the axis: regions of the first two steps are single elements.
  const region = ({ start: [first], count: [n] }: Box): Box => {
    const low = Math.max(0, first - 2);
    return { start: [low], count: [first + n - low - (first < 2 ? first - low : 0)], step: [1] };
  };
  const home = homeOf([8], [2]);
  const work = workOver([8], 1, box => [region(box)]);
  expect(gridsOf(work, [home])).toEqual([]);
});

test('a result made where the old value lies stays there, though its operands come from elsewhere', () => {
  const [operand, old] = [homeOf([8], [1]), homeOf([8], [8], 16)];
  const variants = [{ name: 'any', result: 'any', operands: ['any'] } as const];
  const work = { ...workOver([8], 1, box => [box]), variants, ownOperands: 1 };
  const chosen = chooseSplit(work, {
    ...contextOf([operand], old),
    sample: () => ({ pointCycles: 1e6, scratchBytes: 0 }),
  });
  expect([...chosen.grid.tileOf]).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
  expect(chosen.anywhere).toBe(false);
});

test('work that leaves tiles idle goes where the load is least', () => {
  const grid = gridOver([3], [[0, 1, 2, 3]], Int32Array.of(0, 1, 2));
  expect([...balanceTiles(grid, Float64Array.of(9, 9, 2, 3, 0, 9)).tileOf]).toEqual([2, 3, 4]);
  expect(balanceTiles(grid, new Float64Array(6))).toBe(grid);
});

test('a tensor of three axes lends a space of five a grid of five', () => {
  const home = homeOf([1, 9, 11], [1, 3, 1], 4);
  const work = workOver([1, 9, 11, 1, 1], 3, box => [along(box, [0, 1, 2])]);
  const [grid] = gridsOf(work, [home]);
  expect(grid.cuts).toEqual([
    [0, 1],
    [0, 3, 6, 9],
    [0, 11],
    [0, 1],
    [0, 1],
  ]);
  expect([...grid.tileOf]).toEqual([4, 5, 6]);
});

test('a scalar and tensors of one element lend their tile to spaces of any rank, in these spaces’ axes', () => {
  const single = [[], [1], [1, 1]].map(shape => homeOf(shape, [1, 1], 7));
  for (const extents of [[], [1], [1, 1, 1]]) {
    const work = workOver(extents, extents.length, () => single.map(({ type: { shape } }) => one(shape)));
    const grids = gridsOf({ ...work, ownOperands: 3 }, single);
    expect(grids.map(({ cuts, tileOf }) => [cuts.length, ...tileOf])).toEqual(grids.map(() => [extents.length, 7]));
    expect(grids.length).toBeGreaterThan(0);
  }
});

function one(shape: readonly number[]): Box {
  return { start: shape.map(() => 0), count: shape.map(() => 1), step: shape.map(() => 1) };
}

test('no grid is made that does not cut its space into just its cells, nor scored for another space', () => {
  expect(() => gridOver([4], [[0, 2, 3]], Int32Array.of(0, 1))).toThrow('a grid of another space: [0 2 3] over [4]');
  expect(() => gridOver([4], [[0, 2, 4]], Int32Array.of(0))).toThrow('do not make 1 cells');
  expect(() => gridOver([4], [[0, 3, 2, 4]], Int32Array.of(0, 1, 2))).toThrow('do not make 3 cells');
  const work = workOver([1, 4], 2, () => []);
  expect(() => cuttingAs(homeOf([4], [2]).grid, work)).toThrow('a grid of another space');
});
