/** What tests of homes, copies and views share: random layouts and grids, and where elements are by definition. */
import { type Block, blockAlong, type Layout } from '@tessera-dnn/graph';
import type { Move } from '@tessera-dnn/graph/op';
import fc from 'fast-check';
import { cellBox, cellCount, evenCuts, type Grid, gridOver } from '../../src/geometry/grid.ts';
import type { CellView } from '../../src/geometry/home.ts';

export const tiles = 12;

/** All positions of a box, row-major. */
export function* indices(count: readonly number[]): Generator<number[]> {
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
export function offsetOf(view: CellView, at: readonly number[]): number {
  return at.reduce((offset, index, axis) => {
    const inside = index - view.box.start[axis];
    const block = blockAlong(view.block, axis);
    if (block === undefined) return offset + inside * view.strides[axis];
    return offset + Math.floor(inside / block.size) * view.strides[axis] + (inside % block.size) * block.step;
  }, view.offset);
}

export function layouts(rank: number): fc.Arbitrary<Layout> {
  const order = fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank });
  const axis = fc.integer({ min: 0, max: rank - 1 });
  const size = fc.constantFrom(2, 4);
  const lanes = fc.option(fc.record({ axis, size }), { nil: undefined });
  const block = fc.option(
    fc.record({ axis, size, lanes }).map(({ lanes: inner, ...outer }): Block => {
      return inner === undefined || inner.axis === outer.axis ? outer : { ...outer, lanes: inner };
    }),
    { nil: undefined },
  );
  return fc.record({ order, block });
}

export function grids(shape: readonly number[], quantum: Layout | undefined): fc.Arbitrary<Grid> {
  return fc.tuple(...shape.map(() => fc.integer({ min: 1, max: 6 }))).map(parts => {
    let left = tiles;
    const cuts = shape.map((extent, axis) => {
      const cut = evenCuts(extent, Math.min(parts[axis], left), blockAlong(quantum?.block, axis)?.size ?? 1);
      left = Math.floor(left / (cut.length - 1));
      return cut;
    });
    return gridOver(
      shape,
      cuts,
      Int32Array.from({ length: cellCount(cuts) }, (_, cell) => cell),
    );
  });
}

export function cellHolding(grid: Grid, at: readonly number[]): number {
  for (let cell = 0; cell < grid.tileOf.length; cell++) {
    const box = cellBox(grid.cuts, cell);
    if (at.every((index, axis) => index >= box.start[axis] && index < box.start[axis] + box.count[axis])) return cell;
  }
  throw new Error(`no cell holds ${at}`);
}

/** Row-major reshapes as moves, built the slow way: one move per element. */
export function elementMoves(from: readonly number[], to: readonly number[]): Move[] {
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

/** Movements and the shapes they are tried on. */
export const splits: readonly {
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

export function isReshape(move: Move): boolean {
  return move !== splits[2].move;
}

export function transposeMoves(from: readonly number[]): Move[] {
  return [...indices(from)].map(([i, j]) => ({ source: { operand: 0, start: [i, j] }, to: [j, i], loops: [] }));
}
