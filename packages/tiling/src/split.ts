/**
 * Splits: how the space of one op is cut over the tiles.
 *
 * For every variant, grids over the result's axes and the summed axes are enumerated (axis by axis, only counts of parts that change the
 * size of the largest part) and scored by modelled cycles: the kernel's work on the largest cell, the bytes that cell must receive
 * given where its operands already live, the combining of partial sums, and the syncs of the phases it takes. Grids that
 * follow an operand's own cuts are candidates too, so chains of elementwise ops stay where they are. Candidates whose transient memory
 * exceeds the budget lose to those that fit.
 */
import {
  type Box,
  boxElements,
  elementBytes,
  type Layout,
  type LayoutRequest,
  rowMajor,
  sameLayout,
  type TensorType,
  type Variant,
} from '@tessera/graph';
import type { ChipSpec } from '@tessera/machine';
import { ownerParts } from './combine.ts';
import { exchangeCycles } from './cycles.ts';
import { cellBox, cellCount, containsBox, evenCuts, type Grid, partOf } from './grid.ts';
import type { Home } from './home.ts';
import { resultPart, type Work } from './regions.ts';

export interface Split {
  readonly variant: Variant;
  /** Over all axes of the space. */
  readonly grid: Grid;
  /** The product of the parts of the summed axes. */
  readonly sumParts: number;
}

/** What a split is chosen by. */
export interface SplitContext {
  readonly chip: ChipSpec;
  /** Where operands live; undefined for residents that have no home yet (they will follow this op). */
  readonly homes: readonly (Home | undefined)[];
  readonly operandTypes: readonly TensorType[];
  /** SRAM a tile may use for this op's regions and results. */
  readonly budgetBytes: number;
  /** Cycles per point of the space, by variant (counted from the kernel). */
  readonly pointCycles: (variant: Variant) => number;
}

interface Candidate {
  readonly split: Split;
  readonly cycles: number;
  readonly bytes: number;
}

/** Enough to reach a good grid, few enough to score within milliseconds. */
const mostCandidates = 1500;

export function chooseSplit(work: Work, context: SplitContext): Split {
  if (context.chip.tiles === 1 && work.variants.length === 1) {
    const [grid] = candidateGrids(work, work.variants[0], context);
    return { variant: work.variants[0], grid, sumParts: 1 };
  }
  let best: Candidate | undefined;
  for (const variant of work.variants) {
    for (const grid of candidateGrids(work, variant, context)) {
      const candidate = score(work, variant, grid, context);
      if (best === undefined || better(candidate, best, context.budgetBytes)) best = candidate;
    }
  }
  return (best as Candidate).split;
}

/**
 * An op that brings new residents and leaves tiles idle is moved to the run of tiles that holds the fewest resident bytes, unless it
 * follows an operand's own grid.
 */
export function balanceTiles(split: Split, homes: SplitContext['homes'], residentBytes: Float64Array): Split {
  const cells = split.grid.tileOf.length;
  const tiles = residentBytes.length;
  if (cells === tiles || homes.some(home => home?.grid === split.grid)) return split;
  let load = 0;
  for (let tile = 0; tile < cells; tile++) load += residentBytes[tile];
  let least = load;
  let base = 0;
  for (let first = 1; first < tiles; first++) {
    load += residentBytes[(first + cells - 1) % tiles] - residentBytes[first - 1];
    if (load < least) {
      least = load;
      base = first;
    }
  }
  return { ...split, grid: { ...split.grid, tileOf: split.grid.tileOf.map(tile => (tile + base) % tiles) } };
}

function better(a: Candidate, b: Candidate, budget: number): boolean {
  const aFits = a.bytes <= budget;
  const bFits = b.bytes <= budget;
  if (aFits !== bFits) return aFits;
  return aFits ? a.cycles < b.cycles : a.bytes < b.bytes;
}

function* candidateGrids(work: Work, variant: Variant, context: SplitContext): Generator<Grid> {
  const { extents } = work.space;
  const tiles = context.chip.tiles;
  if (tiles === 1 || extents.length === 0) {
    yield { cuts: extents.map(extent => [0, extent]), tileOf: Int32Array.of(0) };
    return;
  }
  for (const home of context.homes) {
    const sameExtents = home?.where === 'tiles' && home.type.shape.length === extents.length;
    if (sameExtents && home.cellOf.length === tiles && extents.every((e, axis) => e === home.type.shape[axis])) {
      if (!cutsWholeAxis(work, home.grid)) yield home.grid;
    }
  }
  const options = extents.map((extent, axis) =>
    partOptions(extent, variant.quantum?.[axis] ?? 1, mayCut(work, axis), tiles),
  );
  yield* enumerate(extents, options, variant.quantum ?? [], tiles);
}

function cutsWholeAxis(work: Work, grid: Grid): boolean {
  return grid.cuts.some((cuts, axis) => cuts.length > 2 && !mayCut(work, axis));
}

function mayCut(work: Work, axis: number): boolean {
  const rank = work.context.result.shape.length;
  if (axis >= rank) return work.space.combine[axis - rank] !== undefined;
  return !work.space.whole?.includes(axis);
}

/** Counts of parts that give different largest parts; at most twelve. */
function partOptions(extent: number, quantum: number, cuttable: boolean, tiles: number): number[] {
  if (!cuttable) return [1];
  const blocks = Math.ceil(extent / quantum);
  const options = new Set<number>();
  for (let size = 1; size * size <= blocks; size++) {
    options.add(Math.ceil(blocks / size));
    options.add(Math.ceil(blocks / Math.ceil(blocks / size)));
  }
  const sorted = [...options, 1].filter(parts => parts <= tiles).sort((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  if (distinct.length <= 12) return distinct;
  return Array.from({ length: 12 }, (_, i) => distinct[Math.round((i * (distinct.length - 1)) / 11)]);
}

/**
 * All combinations of parts that need no more than `tiles` tiles; of those with about as many cells (within a factor of two), an even
 * sample, so that ops too small for the whole chip find their size as well.
 */
function* enumerate(
  extents: readonly number[],
  options: readonly number[][],
  quantum: readonly number[],
  tiles: number,
): Generator<Grid> {
  const identity = Int32Array.from({ length: tiles }, (_, tile) => tile);
  for (const combinations of combinationsBySize(options, tiles)) {
    const count = combinations.length / extents.length;
    const stride = Math.max(1, count / (mostCandidates / 8));
    for (let i = 0; i < count; i += stride) {
      const first = Math.floor(i) * extents.length;
      const cuts = extents.map((extent, axis) => evenCuts(extent, combinations[first + axis], quantum[axis] ?? 1));
      yield { cuts, tileOf: identity.subarray(0, cellCount(cuts)) };
    }
  }
}

/** Flattened combinations (one number per axis), by the logarithm of their number of cells. */
function combinationsBySize(options: readonly number[][], tiles: number): number[][] {
  const bySize: number[][] = Array.from({ length: Math.floor(Math.log2(tiles)) + 1 }, () => []);
  const parts = new Array<number>(options.length).fill(1);
  const extend = (axis: number, cells: number) => {
    if (axis === options.length) {
      bySize[Math.floor(Math.log2(cells))].push(...parts);
      return;
    }
    for (const option of options[axis]) {
      if (cells * option > tiles) break;
      parts[axis] = option;
      extend(axis + 1, cells * option);
    }
  };
  extend(0, 1);
  return bySize;
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}

function score(work: Work, variant: Variant, grid: Grid, context: SplitContext): Candidate {
  const { chip } = context;
  const rank = work.context.result.shape.length;
  const cells = grid.tileOf.length;
  const sumParts = grid.cuts.slice(rank).reduce((p, cuts) => p * (cuts.length - 1), 1);
  const cell = middleCell(grid);
  const box = cellBox(grid.cuts, cell);
  const regions = work.regions(box);
  let incoming = 0;
  let bytes = 0;
  let pieces = 0;
  regions.forEach((region, i) => {
    const size = boxElements(region) * elementBytes[context.operandTypes[i].element];
    const moved = movedBytes(
      region,
      size,
      context,
      i,
      i < work.ownOperands ? variant.operands[i] : 'any',
      grid.tileOf[cell],
      cells,
    );
    incoming += moved;
    if (moved === 0) return;
    bytes += size;
    pieces += pieceCount(region, context.homes[i]);
  });
  const resultBytes = boxElements(resultPart(box, rank)) * elementBytes[work.context.result.element];
  bytes += resultBytes;
  let cycles = largestVolume(grid, variant) * context.pointCycles(variant) + chip.cycles.vertex + chip.syncCycles;
  if (incoming > 0) cycles += exchangeCycles(incoming, chip);
  if (sumParts > 1) {
    const layout = variant.result === 'any' ? rowMajor(rank) : variant.result;
    const owners = product(ownerParts(resultPart(box, rank).count, sumParts, layout));
    const stackBytes = (resultBytes * sumParts) / owners;
    bytes += stackBytes;
    pieces += sumParts;
    cycles += exchangeCycles(stackBytes, chip) + stackBytes / elementBytes.f32 + chip.cycles.vertex + chip.syncCycles;
  }
  cycles += pieces * chip.cycles.vertex;
  bytes += pieces * copyBytes;
  return { split: { variant, grid, sumParts }, cycles, bytes };
}

/** Table bytes of one copy: its record, and its share of a field block. */
const copyBytes = 24;

/** How many cells of its home a region is gathered from; a resident without a home will come in few pieces. */
function pieceCount(region: Box, home: Home | undefined): number {
  if (home === undefined || home.where !== 'tiles') return 1;
  return region.start.reduce((count, start, axis) => {
    const cuts = home.grid.cuts[axis];
    return count * (partOf(cuts, start + (region.count[axis] - 1) * region.step[axis]) - partOf(cuts, start) + 1);
  }, 1);
}

function middleCell(grid: Grid): number {
  const parts = grid.cuts.map(cuts => cuts.length - 1);
  return parts.reduce((index, count) => index * count + (count >> 1), 0);
}

/** Points of the largest cell, ragged ends counted as whole quanta. */
function largestVolume(grid: Grid, variant: Variant): number {
  return grid.cuts.reduce((volume, cuts, axis) => {
    let longest = 0;
    for (let i = 0; i + 1 < cuts.length; i++) longest = Math.max(longest, cuts[i + 1] - cuts[i]);
    const quantum = variant.quantum?.[axis] ?? 1;
    return volume * Math.ceil(longest / quantum) * quantum;
  }, 1);
}

function movedBytes(
  region: Box,
  size: number,
  context: SplitContext,
  operand: number,
  request: LayoutRequest,
  tile: number,
  cells: number,
): number {
  const home = context.homes[operand];
  if (home === undefined) {
    const whole = context.operandTypes[operand].shape.reduce((a, b) => a * b, 1);
    const sharers = (cells * boxElements(region)) / whole;
    return sharers > 1.01 ? size : 0;
  }
  if (home.where === 'everywhere' && request === 'any') return 0;
  const cell = home.cellOf.length > tile ? home.cellOf[tile] : -1;
  const local = cell >= 0 && containsBox(home.cell(cell).box, region);
  return local && layoutServes(home, request) ? 0 : size;
}

/** Whether a kernel that asks for `request` can read a part of `home` where it lies. */
export function layoutServes(home: Home, request: LayoutRequest): boolean {
  if (request === 'any') return home.layout?.block === undefined;
  if (home.layout !== undefined) return sameLayout(home.layout, request) || sameMemory(home, request);
  return sameMemory(home, request);
}

/** Different axis orders are the same memory when only axes of extent 1 trade places; a view may happen to be dense. */
function sameMemory(home: Home, request: Layout): boolean {
  if (request.block || home.layout?.block || home.where === 'everywhere') return false;
  for (let cell = 0; cell < home.grid.tileOf.length; cell++) {
    const view = home.cell(cell);
    let step = 1;
    for (let i = request.order.length - 1; i >= 0; i--) {
      const axis = request.order[i];
      if (view.box.count[axis] === 1) continue;
      if (view.strides[axis] !== step) return false;
      step *= view.box.count[axis];
    }
  }
  return true;
}
