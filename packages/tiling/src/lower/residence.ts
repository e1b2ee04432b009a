/**
 * Homes of resident tensors: variables, and constants too large for a splat.
 *
 * A resident lives where its first consumer wants it: if the consumer's regions form a grid, each region becomes a cell on one of the
 * tiles that need it, cut further among them when it is large. A region that one tile alone needs then never moves. Otherwise
 * the tensor is spread evenly. Either way there is a choice of tiles, and those that hold the least so far are taken: a resident lies
 * at one offset on all of its tiles, so the fullest of them decides.
 */
import {
  type Box,
  blockAlong,
  elementBytes,
  elementCount,
  type Layout,
  layoutStrides,
  rowMajor,
  type TensorType,
} from '@tessera-dnn/graph';
import {
  cellBox,
  cellCount,
  cellIndex,
  cutsFromStarts,
  evenCuts,
  type Grid,
  gridOver,
  partOf,
} from '../geometry/grid.ts';

/** Cells are not cut below this size: a line of a few vectors is what a copy carries well. */
const leastCellBytes = 256;

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

/**
 * `heldBytes` are the residents that each tile holds already. What several others read as well (`shared`) and is brought to its first
 * consumer anyway is spread evenly.
 */
export function residence(
  type: TensorType,
  demand: Demand | undefined,
  heldBytes: Float64Array,
  shared: boolean,
): Residence {
  return (
    (demand && demandedResidence(type, demand, heldBytes, shared)) ?? spreadResidence(type, heldBytes, demand?.layout)
  );
}

function demandedResidence(
  type: TensorType,
  demand: Demand,
  heldBytes: Float64Array,
  shared: boolean,
): Residence | undefined {
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
  if (shared && sharers.some(s => s.length > 1)) return undefined;
  return { grid: divideAmong(type, cuts, sharers, demand.layout, heldBytes), layout: demand.layout };
}

/** Cuts every cell of `cuts` into as many parts as its sharers and its size allow, each part on one of the sharers. */
function divideAmong(
  type: TensorType,
  cuts: readonly (readonly number[])[],
  sharers: readonly number[][],
  layout: Layout,
  heldBytes: Float64Array,
): Grid {
  const fewest = Math.min(...sharers.map(s => s.length));
  const { count } = cellBox(cuts, 0);
  const bytes = layoutStrides(layout, count).elements * elementBytes[type.element];
  const axis = divisibleAxis(count, layout);
  const most = axis < 0 ? 1 : Math.max(1, Math.min(fewest, Math.floor(bytes / leastCellBytes), count[axis]));
  const finer = cuts.map((boundaries, a) => (a === axis ? refine(boundaries, most) : boundaries));
  const parts = axis < 0 ? 1 : evenCuts(count[axis], most).length - 1;
  const owners = Array.from({ length: cellCount(finer) }, (_, cell) => {
    const box = cellBox(finer, cell);
    const coarse = box.start.map((start, a) => partOf(cuts[a], start));
    // By the part's number, not by where it begins: uneven parts would give one tile two cells.
    const part = axis < 0 ? 0 : partOf(finer[axis], box.start[axis]) - partOf(finer[axis], cuts[axis][coarse[axis]]);
    return { part, sharers: sharers[cellIndex(cuts, coarse)] };
  });
  const pace = Math.floor(fewest / parts);
  const tilesFrom = (shift: number) =>
    Int32Array.from(owners, owner => owner.sharers[owner.part * Math.floor(owner.sharers.length / parts) + shift]);
  return gridOver(type.shape, finer, emptiest(pace, tilesFrom, heldBytes));
}

/** Of `count` choices of tiles the one whose fullest tile holds least. */
function emptiest(count: number, choose: (choice: number) => Int32Array, heldBytes: Float64Array): Int32Array {
  let best = choose(0);
  let least = fullest(best, heldBytes);
  for (let choice = 1; choice < count; choice++) {
    const tiles = choose(choice);
    const held = fullest(tiles, heldBytes);
    if (held >= least) continue;
    best = tiles;
    least = held;
  }
  return best;
}

function fullest(tiles: Int32Array, heldBytes: Float64Array): number {
  let most = 0;
  for (const tile of tiles) most = Math.max(most, heldBytes[tile]);
  return most;
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
    if (blockAlong(layout.block, axis) === undefined && (best < 0 || count[axis] > count[best])) best = axis;
  }
  return best;
}

function spreadResidence(type: TensorType, heldBytes: Float64Array, layout = rowMajor(type.shape.length)): Residence {
  const bytes = elementCount(type.shape) * elementBytes[type.element];
  const tiles = heldBytes.length;
  const wanted = Math.max(1, Math.min(tiles, Math.floor(bytes / leastCellBytes)));
  const quantum = type.shape.map((_, axis) => blockAlong(layout.block, axis)?.size ?? 1);
  const cuts: number[][] = type.shape.map(extent => [0, extent]);
  let left = wanted;
  for (let axis = 0; axis < cuts.length && left > 1; axis++) {
    cuts[axis] = evenCuts(type.shape[axis], left, quantum[axis]);
    left = Math.floor(left / (cuts[axis].length - 1));
  }
  const cells = cellCount(cuts);
  const tilesFrom = (first: number) => Int32Array.from({ length: cells }, (_, cell) => first + cell);
  return { grid: gridOver(type.shape, cuts, emptiest(tiles - cells + 1, tilesFrom, heldBytes)), layout };
}
