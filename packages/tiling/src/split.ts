/**
 * Splits: how the space of one op is cut over the tiles.
 *
 * For every variant, grids over the result's axes and the summed axes are sampled, the best improved step by step
 * (`candidates.ts`), and all are scored by modelled cycles: the kernel's work on the largest cell, the bytes that cell must receive
 * given where its operands already live, the combining of partial sums, and the syncs of the phases it takes. Grids that
 * follow an operand's own cuts are candidates too, so chains of elementwise ops stay where they are. Candidates whose transient memory
 * exceeds the budget lose to those that fit.
 */
import { InternalError } from '@tessera/diagnostics';
import {
  type Box,
  boxElements,
  elementBytes,
  type Layout,
  type LayoutRequest,
  rowMajor,
  sameLayout,
  sameShape,
  type TensorType,
  type Variant,
} from '@tessera/graph';
import type { ChipSpec } from '@tessera/machine';
import { type CuttableAxes, gridOf, neighbours, partOptions, sampleParts } from './candidates.ts';
import { ownerParts } from './combine.ts';
import { exchangeCycles } from './cycles.ts';
import { cellBox, containsBox, type Grid, partOf } from './grid.ts';
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

export function chooseSplit(work: Work, context: SplitContext): Split {
  const { tiles } = context.chip;
  const search = new Search(context.budgetBytes);
  for (const variant of work.variants) {
    const axes = cuttableAxes(work, variant, tiles);
    const consider = (grid: Grid) => search.consider(score(work, variant, grid, context));
    if (tiles === 1 && work.variants.length === 1) return { variant, grid: gridOf([], axes), sumParts: 1 };
    for (const grid of operandGrids(work, context)) consider(grid);
    let parts = axes.extents.map(() => 1);
    for (const sample of sampleParts(axes)) if (consider(gridOf(sample, axes))) parts = sample;
    for (let better: number[] | undefined = parts; better; ) {
      parts = better;
      better = undefined;
      for (const next of neighbours(parts, axes)) if (consider(gridOf(next, axes))) better = next;
    }
  }
  return search.best();
}

/** The best candidate so far: one that fits the budget beats one that does not; then fewer cycles, or bytes if neither fits. */
class Search {
  readonly #budgetBytes: number;
  #best: Candidate | undefined;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** True if `candidate` is the new best. */
  consider(candidate: Candidate): boolean {
    if (this.#best && !this.#beats(candidate, this.#best)) return false;
    this.#best = candidate;
    return true;
  }

  best(): Split {
    if (!this.#best) throw new InternalError('tile', 'an op without a single split');
    return this.#best.split;
  }

  #beats(a: Candidate, b: Candidate): boolean {
    const aFits = a.bytes <= this.#budgetBytes;
    const bFits = b.bytes <= this.#budgetBytes;
    if (aFits !== bFits) return aFits;
    return aFits ? a.cycles < b.cycles : a.bytes < b.bytes;
  }
}

function cuttableAxes(work: Work, variant: Variant, tiles: number): CuttableAxes {
  const { extents } = work.space;
  const quantum = extents.map((_, axis) => variant.quantum?.[axis] ?? 1);
  const options = extents.map((extent, axis) => (mayCut(work, axis) ? partOptions(extent, quantum[axis], tiles) : [1]));
  return { extents, quantum, options, tiles };
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

/** Grids that operands already have, where this op may be cut the same way. */
function operandGrids(work: Work, context: SplitContext): Grid[] {
  const { extents } = work.space;
  return context.homes.flatMap(home => {
    const shared = home?.where === 'tiles' && home.cellOf.length === context.chip.tiles;
    return shared && sameShape(home.type.shape, extents) && !cutsWholeAxis(work, home.grid) ? [home.grid] : [];
  });
}

function cutsWholeAxis(work: Work, grid: Grid): boolean {
  return grid.cuts.some((cuts, axis) => cuts.length > 2 && !mayCut(work, axis));
}

function mayCut(work: Work, axis: number): boolean {
  const rank = work.context.result.shape.length;
  if (axis >= rank) return work.space.combine[axis - rank] !== undefined;
  return !work.space.whole?.includes(axis);
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

function product(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}
