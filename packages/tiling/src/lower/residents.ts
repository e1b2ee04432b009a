/**
 * Homes of resident tensors: variables, and constants too large for a splat.
 *
 * A resident lives where its first consumer wants it: if the consumer's regions form a grid, each region becomes a cell on one of the
 * tiles that need it, cut further among them when it is large. A region that one tile alone needs then never moves. Otherwise
 * the tensor is spread evenly.
 */
import {
  type Box,
  elementBytes,
  elementCount,
  type Layout,
  layoutStrides,
  rowMajor,
  type TensorType,
} from '@tessera/graph';
import { cellBox, cellCount, cellIndex, cutsFromStarts, evenCuts, type Grid, partOf } from '../geometry/grid.ts';

/** Cells are not cut below this size: each costs every reader a copy and its table entry. */
const leastCellBytes = 2048;

export interface Residence {
  readonly grid: Grid;
  readonly layout: Layout;
}

/** What the first consumer asks for: one region per cell of its work, the cell's tile, and the layout. */
export interface Demand {
  readonly regions: readonly Box[];
  readonly tiles: readonly number[];
  readonly layout: Layout;
}

/** `salt` spreads residents that nobody asks for in a special way over different tiles. */
export function residence(type: TensorType, demand: Demand | undefined, tiles: number, salt: number): Residence {
  return (demand && demandedResidence(type, demand)) ?? spreadResidence(type, tiles, salt, demand?.layout);
}

function demandedResidence(type: TensorType, demand: Demand): Residence | undefined {
  const rank = type.shape.length;
  if (demand.regions.some(region => region.step.some((step, axis) => step !== 1 && region.count[axis] > 1)))
    return undefined;
  const cuts = type.shape.map((extent, axis) =>
    cutsFromStarts(
      demand.regions.map(r => r.start[axis]),
      extent,
    ),
  );
  const sharers: number[][] = Array.from({ length: cellCount(cuts) }, () => []);
  for (let i = 0; i < demand.regions.length; i++) {
    const region = demand.regions[i];
    const position = region.start.map((start, axis) => partOf(cuts[axis], start));
    const cell = cellIndex(cuts, position);
    const box = cellBox(cuts, cell);
    for (let axis = 0; axis < rank; axis++) if (box.count[axis] !== region.count[axis]) return undefined;
    sharers[cell].push(demand.tiles[i]);
  }
  if (sharers.some(s => s.length === 0) || cuts.some(axis => axis[0] !== 0)) return undefined;
  return { grid: divideAmong(type, cuts, sharers, demand.layout), layout: demand.layout };
}

/** Cuts every cell of `cuts` into as many parts as its sharers and its size allow, each part on one of the sharers. */
function divideAmong(
  type: TensorType,
  cuts: readonly (readonly number[])[],
  sharers: readonly number[][],
  layout: Layout,
): Grid {
  const fewest = Math.min(...sharers.map(s => s.length));
  const bytes = layoutStrides(layout, cellBox(cuts, 0).count).elements * elementBytes[type.element];
  const axis = divisibleAxis(cellBox(cuts, 0).count, layout);
  const parts =
    axis < 0 ? 1 : Math.max(1, Math.min(fewest, Math.floor(bytes / leastCellBytes), cellBox(cuts, 0).count[axis]));
  const finer = cuts.map((boundaries, a) => (a === axis ? refine(boundaries, parts) : boundaries));
  const tileOf = new Int32Array(cellCount(finer));
  for (let cell = 0; cell < tileOf.length; cell++) {
    const box = cellBox(finer, cell);
    const coarse = box.start.map((start, a) => partOf(cuts[a], start));
    const owners = sharers[cellIndex(cuts, coarse)];
    // By the part's number, not by where it begins: uneven parts would give one tile two cells.
    const part = axis < 0 ? 0 : partOf(finer[axis], box.start[axis]) - partOf(finer[axis], cuts[axis][coarse[axis]]);
    tileOf[cell] = owners[Math.floor((part * owners.length) / parts)];
  }
  return { cuts: finer, tileOf };
}

function refine(boundaries: readonly number[], parts: number): number[] {
  const finer: number[] = [];
  for (let i = 0; i + 1 < boundaries.length; i++) {
    const inner = evenCuts(boundaries[i + 1] - boundaries[i], parts);
    finer.push(...inner.slice(0, -1).map(cut => cut + boundaries[i]));
  }
  finer.push(boundaries[boundaries.length - 1]);
  return finer;
}

/** The longest axis that may be cut anywhere (blocked axes only between blocks: left alone). */
function divisibleAxis(count: readonly number[], layout: Layout): number {
  let best = -1;
  for (let axis = 0; axis < count.length; axis++) {
    if (axis !== layout.block?.axis && (best < 0 || count[axis] > count[best])) best = axis;
  }
  return best;
}

function spreadResidence(
  type: TensorType,
  tiles: number,
  salt: number,
  layout = rowMajor(type.shape.length),
): Residence {
  const bytes = elementCount(type.shape) * elementBytes[type.element];
  const wanted = Math.max(1, Math.min(tiles, Math.floor(bytes / leastCellBytes)));
  const quantum = type.shape.map((_, axis) => (layout.block?.axis === axis ? layout.block.size : 1));
  const cuts: number[][] = type.shape.map(extent => [0, extent]);
  let left = wanted;
  for (let axis = 0; axis < cuts.length && left > 1; axis++) {
    cuts[axis] = evenCuts(type.shape[axis], left, quantum[axis]);
    left = Math.floor(left / (cuts[axis].length - 1));
  }
  const cells = cellCount(cuts);
  const first = (salt * 37) % (tiles - cells + 1);
  const tileOf = Int32Array.from({ length: cells }, (_, cell) => first + cell);
  return { grid: { cuts, tileOf }, layout };
}
