/**
 * What a split costs: modelled cycles of the kernel on the largest cell, of the exchange that brings its operands from where they live,
 * of combining partial sums, of the copies' records and the syncs; and the transient bytes it takes on a tile, which have their
 * price in cycles.
 */
import {
  type Box,
  boxElements,
  elementBytes,
  elementCount,
  resultPart,
  rowMajor,
  sameLayout,
  type TensorType,
  type Work,
  wideElement,
} from '@tessera-dnn/graph';
import type { LayoutRequest, Variant } from '@tessera-dnn/graph/op';
import { type ChipSpec, tableFormat } from '@tessera-dnn/machine';
import { containsBox, resultGrid, sameGrid } from '../geometry/grid.ts';
import type { Home } from '../geometry/home.ts';
import { latticeCount } from '../geometry/lattice.ts';
import { layoutServes } from '../geometry/serves.ts';
import type { Cutting } from './cutting.ts';
import { exchangeCycles } from './cycles.ts';
import { ownerParts } from './owners.ts';
import type { RoundAxis, RoundsWanted } from './rounds.ts';
import type { Sample } from './sample.ts';

/** What a split is chosen by. */
export interface SplitContext {
  readonly chip: ChipSpec;
  /** Where operands live; undefined for residents that have no home yet (they will follow this op). */
  readonly homes: readonly (Home | undefined)[];
  readonly operandTypes: readonly TensorType[];
  /** The home of the variable whose new value the result is: a result that lies elsewhere is copied there. */
  readonly old?: Home;
  /** SRAM a tile may use for this op's regions and results. */
  readonly budgetBytes: number;
  /** What one more byte of them may cost in cycles. */
  readonly cyclesPerByte: number;
  /** How much a byte weighs that is taken for a while only: 1, or 0 where the budget alone limits these. */
  readonly transientWeight: number;
  /** Scratch memory of so many bytes is next to nothing, beside what the program takes in any case. */
  readonly spareBytes: number;
  /** What the kernel of a variant takes. */
  readonly sample: (variant: Variant) => Sample;
  /** Cycles of a vertex on a cell of so many elements along each axis, as counted; absent where cycles per point are to do. */
  readonly vertexCycles?: (
    variant: Variant,
    cell: { readonly count: readonly number[]; readonly partial: boolean },
  ) => number;
  /** Whether work may be done in rounds where it does not keep within the budget otherwise; or how many rounds there are to be, whatever they cost. */
  readonly rounds?: RoundsWanted;
  /** Cycles that others pay if an operand without a home settles as `request` says. */
  readonly settlingCycles: (operand: number, request: LayoutRequest) => number;
}

export interface Candidate {
  readonly variant: Variant;
  readonly cutting: Cutting;
  /** Absent where all is done at once. */
  readonly rounds?: readonly RoundAxis[];
  /** The cycles that the split takes, with the price of `bytes` added. */
  readonly cycles: number;
  readonly bytes: number;
  /** Whether operands are read on the tiles where they already live. */
  readonly atHome: boolean;
}

const none = () => false;

/** The candidate that `cutting` makes of `variant`; undefined where `excludes` says so of a bound on its cycles before all is reckoned. */
export function score(
  work: Work,
  variant: Variant,
  cutting: Cutting,
  context: SplitContext,
  excludes: (leastCycles: number) => boolean = none,
): Candidate | undefined {
  const { chip } = context;
  const { shape } = work.context.result;
  const rank = shape.length;
  const { middle, sumParts } = cutting;
  const regions = work.regions(middle);
  let cycles = leastCycles(cutting.points(variant), variant, context);
  let incoming = 0;
  let bytes = context.sample(variant).scratchBytes;
  let atHome = false;
  const brought: number[] = [];
  regions.forEach((region, i) => {
    const size = boxElements(region) * elementBytes[context.operandTypes[i].element];
    const request = i < work.ownOperands ? variant.operands[i] : 'any';
    const moved = movedBytes({ operand: i, region, bytes: size, request }, context, cutting);
    incoming += moved;
    if (moved === 0) {
      atHome ||= context.homes[i]?.where === 'tiles';
      return;
    }
    bytes += size;
    brought.push(i);
  });
  const { element } = work.context.result;
  const stored = elementBytes[sumParts > 1 ? wideElement(element) : element];
  const result = resultPart(middle, rank);
  const resultBytes = boxElements(result) * stored;
  bytes += resultBytes;
  const coming = incoming > 0 ? exchangeCycles(incoming, chip) : 0;
  // Looking up in how many pieces it all comes takes the most time.
  if (excludes(cycles + coming + bytes * context.transientWeight * context.cyclesPerByte)) return undefined;
  let pieces = brought.reduce((sum, i) => sum + pieceCount(regions[i], context.homes[i]), 0);
  if (sumParts === 1 && !liesAsOld(cutting, shape, variant, context.old)) cycles += exchangeCycles(resultBytes, chip);
  cycles += coming;
  if (sumParts > 1) {
    const layout = variant.result === 'any' ? rowMajor(rank) : variant.result;
    const owners = elementCount(ownerParts(result.count, sumParts, layout, work.space.whole));
    const stackBytes = (resultBytes * sumParts) / owners;
    bytes += stackBytes;
    pieces += 1;
    cycles += exchangeCycles(stackBytes, chip) + stackBytes / elementBytes.f32 + chip.cycles.vertex + chip.syncCycles;
  }
  cycles += pieces * chip.cycles.vertex;
  variant.operands.forEach((request, i) => {
    if (context.homes[i] === undefined) cycles += context.settlingCycles(i, request);
  });
  bytes += pieces * copyBytes;
  cycles += (bytes * context.transientWeight + pieces * copyBytes * lastingWeight) * context.cyclesPerByte;
  return { variant, cutting, cycles, bytes, atHome };
}

/** Cycles that no candidate undercuts whose largest cell has so many points: those of the work on it alone. All else is added to them. */
export function leastCycles(points: number, variant: Variant, { chip, sample, spareBytes }: SplitContext): number {
  const { pointCycles, scratchBytes } = sample(variant);
  const scratch = scratchBytes > spareBytes ? scratchBytes * scratchCycles : 0;
  return points * pointCycles + scratch + chip.cycles.vertex + chip.syncCycles;
}

/**
 * A byte of scratch memory that is not spare has to save so many cycles, on an empty chip too: no network of 30 KiB shall take another 80 to be some
 * microseconds faster.
 */
const scratchCycles = 15;

/** Whether a result needs no copy to where the old value lies. */
export function liesAsOld(
  { grid }: Cutting,
  shape: readonly number[],
  variant: Variant,
  old: Home | undefined,
): boolean {
  if (!old) return true;
  const { layout } = old;
  if (!layout || layout.block) return false;
  return (
    (variant.result === 'any' || sameLayout(variant.result, layout)) && sameGrid(resultGrid(grid(), shape), old.grid)
  );
}

/** Table bytes of one copy. */
export const copyBytes = tableFormat.recordBytes;

/** A record stays in its tile's table for good, where transient memory serves one op after the other: each of its bytes weighs so many. */
export const lastingWeight = 32;

/** In about how many copies a region is gathered from its home. A resident without a home will come in few. */
export function pieceCount(region: Box, home: Home | undefined): number {
  return home === undefined || home.where !== 'tiles' ? 1 : latticeCount(region, home.grid);
}

/** What a cell reads of an operand. */
interface Reading {
  readonly operand: number;
  readonly region: Box;
  readonly bytes: number;
  /** The layout it has to have. */
  readonly request: LayoutRequest;
}

/** How many bytes of a reading come from elsewhere: all, or none where the cell's tile has them in the layout that is wanted. */
export function movedBytes(
  { operand, region, bytes, request }: Reading,
  context: SplitContext,
  { tile, cells }: Cutting,
): number {
  const home = context.homes[operand];
  if (home === undefined) {
    const whole = elementCount(context.operandTypes[operand].shape);
    const sharers = (cells * boxElements(region)) / whole;
    return sharers > 1.01 ? bytes : 0;
  }
  if (home.where === 'everywhere' && request === 'any') return 0;
  const cell = home.cellOf.length > tile ? home.cellOf[tile] : -1;
  const local = cell >= 0 && containsBox(home.cell(cell).box, region);
  return local && layoutServes(home, request) ? 0 : bytes;
}
