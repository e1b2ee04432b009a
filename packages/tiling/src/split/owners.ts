/** Who combines the partial results of an op whose summed axes are cut: as many tiles as hold them, each an even share of a cell. */
import type { Layout, TensorType } from '@tessera-dnn/graph';
import { cellBox, cellCount, evenCuts, type Grid, gridOver } from '../geometry/grid.ts';
import type { Split } from './cut.ts';

/**
 * The result's cells, each cut further, longest axes first (but none of `whole`), into as many as there are partials of it. They lie on
 * the first tiles, one after the other: on the tiles of the partials each would have one of its own already, but whoever reads the result
 * would find no order in its tiles.
 */
export function ownersGrid(split: Split, base: TensorType, layout: Layout, whole: readonly number[] = []): Grid {
  const cuts = split.grid.cuts.slice(0, base.shape.length);
  const parts = ownerParts(cellBox(cuts, 0).count, split.sumParts, layout, whole);
  const finer = cuts.map((boundaries, axis) => refine(boundaries, parts[axis], vectorOf(layout, axis)));
  return gridOver(
    base.shape,
    finer,
    Int32Array.from({ length: cellCount(finer) }, (_, cell) => cell),
  );
}

function vectorOf(layout: Layout, axis: number): number {
  return layout.order[layout.order.length - 1] === axis ? 4 : 1;
}

/** Into how many parts each axis of a cell of `count` elements is cut for `sumParts` owners; their product is at most that. */
export function ownerParts(
  count: readonly number[],
  sumParts: number,
  layout: Layout,
  whole: readonly number[] = [],
): number[] {
  const parts = count.map(() => 1);
  let left = sumParts;
  const pieces = count.map((n, axis) => Math.floor(n / vectorOf(layout, axis)));
  const axes = [...count.keys()].filter(axis => !whole.includes(axis)).sort((a, b) => pieces[b] - pieces[a]);
  for (const axis of axes) {
    parts[axis] = Math.max(1, Math.min(left, pieces[axis]));
    left = Math.floor(left / parts[axis]);
  }
  return parts;
}

function refine(boundaries: readonly number[], parts: number, quantum: number): number[] {
  const finer: number[] = [];
  for (let i = 0; i + 1 < boundaries.length; i++) {
    const inner = evenCuts(boundaries[i + 1] - boundaries[i], parts, quantum);
    finer.push(...inner.slice(0, -1).map(cut => cut + boundaries[i]));
  }
  return [...finer, boundaries[boundaries.length - 1]];
}
