/**
 * What a split costs whose cells do their work in rounds: as in `score.ts`, but a cell has only what one round needs of its operands, each
 * round is two phases more, and where rounds add up, each reads and writes the cell's result once more.
 *
 * Of the ways along one axis, the one of fewest rounds that keeps within the budget is the fastest. Bytes are those that live together: what is
 * gathered does so with the result, and this with the stack of partial sums, which is gathered when the rounds are over.
 */
import {
  type Box,
  boxElements,
  elementBytes,
  elementCount,
  resultPart,
  rowMajor,
  type Work,
  wideElement,
} from '@tessera-dnn/graph';
import type { Variant } from '@tessera-dnn/graph/op';
import type { CycleTable } from '@tessera-dnn/machine';
import { partOptions } from './candidates.ts';
import type { Cutting } from './cutting.ts';
import { exchangeCycles } from './cycles.ts';
import { ownerParts } from './owners.ts';
import { type ForcedRounds, partAt, type RoundAxis } from './rounds.ts';
import {
  type Candidate,
  copyBytes,
  lastingWeight,
  leastCycles,
  liesAsOld,
  movedBytes,
  pieceCount,
  type SplitContext,
} from './score.ts';

/** More rounds are not tried along one axis: their tables take more than they save. */
const mostRounds = 256;

/** The best candidate whose cells work in rounds, by what is within the budget, then by cycles; undefined if there is none. */
export function scoreRounds(
  work: Work,
  variant: Variant,
  cutting: Cutting,
  context: SplitContext,
): Candidate | undefined {
  let best: Candidate | undefined;
  for (const axis of roundableAxes(work, variant)) {
    const sizes = sizesAlong(axis, variant, cutting.middle);
    // The bytes fall with the size: find the largest that keeps within the budget.
    let [low, high] = [0, sizes.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      const fits =
        candidateOf(work, variant, cutting, [{ axis, size: sizes[middle] }], context).bytes <= context.budgetBytes;
      if (fits) high = middle;
      else low = middle + 1;
    }
    if (sizes.length === 0) continue;
    const candidate = candidateOf(work, variant, cutting, [{ axis, size: sizes[low] }], context);
    if (!best || isBetter(candidate, best, context.budgetBytes)) best = candidate;
  }
  return best;
}

/** Whether `a` keeps within the budget and `b` does not, or takes fewer cycles; if neither does, fewer cycles times bytes. */
export function isBetter(
  a: Pick<Candidate, 'cycles' | 'bytes'>,
  b: Pick<Candidate, 'cycles' | 'bytes'>,
  budgetBytes: number,
): boolean {
  const aFits = a.bytes <= budgetBytes;
  const bFits = b.bytes <= budgetBytes;
  if (aFits !== bFits) return aFits;
  return aFits ? a.cycles < b.cycles : a.cycles * a.bytes < b.cycles * b.bytes;
}

/** The rounds of a split that is to have so many, whatever they cost: along the longest axes that can have rounds. Undefined if none can. */
export function forcedRounds(
  work: Work,
  variant: Variant,
  { middle }: Cutting,
  { summed, result }: ForcedRounds,
): readonly RoundAxis[] | undefined {
  const rank = work.context.result.shape.length;
  const axes = roundableAxes(work, variant);
  const along = (of: readonly number[], rounds: number): readonly RoundAxis[] => {
    const axis = of.reduce((best, other) => (best < 0 || middle.count[other] > middle.count[best] ? other : best), -1);
    if (axis < 0 || rounds < 2) return [];
    const quantum = quantumOf(variant, axis);
    const size = Math.ceil(Math.ceil(middle.count[axis] / quantum) / rounds) * quantum;
    return size < middle.count[axis] ? [{ axis, size }] : [];
  };
  const all = [
    ...along(
      axes.filter(axis => axis < rank),
      result,
    ),
    ...along(
      axes.filter(axis => axis >= rank),
      summed,
    ),
  ];
  return all.length > 0 ? all : undefined;
}

/** Axes along which a cell may do its work part by part. */
function roundableAxes(work: Work, variant: Variant): readonly number[] {
  const { extents, combine, whole = [] } = work.space;
  const { shape, element } = work.context.result;
  // Other algorithms transform what they read; and truth values have no sums.
  if (variant.algorithm !== undefined || element === 'bool') return [];
  return [...extents.keys()].filter(axis =>
    axis < shape.length ? !whole.includes(axis) : combine[axis - shape.length] !== undefined,
  );
}

/** Cuts fall between whole quanta, and between blocks of the result's layout. */
function quantumOf({ quantum, result }: Variant, axis: number): number {
  const own = quantum?.[axis] ?? 1;
  const block = result === 'any' || result.block?.axis !== axis ? 1 : result.block.size;
  return own % block === 0 ? own : own * block;
}

/** Sizes of parts along an axis, the largest first, each for another number of rounds from two on. */
function sizesAlong(axis: number, variant: Variant, { count }: Box): readonly number[] {
  const quantum = quantumOf(variant, axis);
  return partOptions(count[axis], quantum, mostRounds)
    .filter(rounds => rounds > 1)
    .map(rounds => Math.ceil(Math.ceil(count[axis] / quantum) / rounds) * quantum);
}

/** What rounds of parts bring: before all of them what all need, and in each what it needs. */
interface Gathers {
  readonly onceBytes: number;
  readonly oncePieces: number;
  readonly eachBytes: number;
  readonly eachPieces: number;
  readonly atHome: boolean;
}

function gathersOf(
  work: Work,
  variant: Variant,
  cutting: Cutting,
  axes: readonly RoundAxis[],
  context: SplitContext,
): Gathers {
  const [first, second] = [0, 1].map(
    turn =>
      partAt(
        cutting.middle,
        axes,
        axes.map(() => turn),
      ) ?? cutting.middle,
  );
  const whole = work.regions(cutting.middle);
  const [here, there] = [work.regions(first), work.regions(second)];
  let [onceBytes, oncePieces, eachBytes, eachPieces, atHome] = [0, 0, 0, 0, false];
  const operands = axes.some(({ axis }) => axis >= work.context.result.shape.length) ? work.ownOperands : whole.length;
  for (let i = 0; i < operands; i++) {
    const size = elementBytes[context.operandTypes[i].element];
    const request = i < work.ownOperands ? variant.operands[i] : 'any';
    const reading = { operand: i, region: whole[i], bytes: boxElements(whole[i]) * size, request };
    if (movedBytes(reading, context, cutting) === 0) {
      atHome ||= context.homes[i]?.where === 'tiles';
      continue;
    }
    const pieces = pieceCount(here[i], context.homes[i]);
    if (here[i].start.every((start, axis) => start === there[i].start[axis])) {
      onceBytes += boxElements(here[i]) * size;
      oncePieces += pieces;
    } else {
      eachBytes += boxElements(here[i]) * size;
      eachPieces += pieces;
    }
  }
  return { onceBytes, oncePieces, eachBytes, eachPieces, atHome };
}

function candidateOf(
  work: Work,
  variant: Variant,
  cutting: Cutting,
  rounds: readonly RoundAxis[],
  context: SplitContext,
): Candidate {
  const { chip } = context;
  const { shape, element } = work.context.result;
  const rank = shape.length;
  const { middle, sumParts } = cutting;
  const adds = rounds.some(({ axis }) => axis >= rank);
  const count = rounds.reduce((product, { axis, size }) => product * Math.ceil(middle.count[axis] / size), 1);
  const { onceBytes, oncePieces, eachBytes, eachPieces, atHome } = gathersOf(work, variant, cutting, rounds, context);
  const result = resultPart(middle, rank);
  const resultBytes = boxElements(result) * elementBytes[adds || sumParts > 1 ? wideElement(element) : element];
  const phase = chip.cycles.vertex + chip.syncCycles;
  let cycles = leastCycles(cutting.points(variant), variant, context) + (count - 1) * phase;
  const before = onceBytes + (adds ? resultBytes : 0);
  if (before > 0) cycles += exchangeCycles(before, chip);
  if (eachBytes > 0) cycles += count * exchangeCycles(eachBytes, chip);
  if (adds) cycles += count * boxElements(result) * addingCycles(chip.cycles);
  let bytes = onceBytes + eachBytes + resultBytes;
  let pieces = oncePieces + count * eachPieces;
  if (sumParts > 1) {
    const layout = variant.result === 'any' ? rowMajor(rank) : variant.result;
    const owners = elementCount(ownerParts(result.count, sumParts, layout, work.space.whole));
    const stackBytes = (resultBytes * sumParts) / owners;
    bytes = Math.max(bytes, resultBytes + stackBytes);
    pieces += 1;
    cycles += exchangeCycles(stackBytes, chip) + stackBytes / elementBytes.f32 + phase;
  } else {
    if (adds && work.node.epilogue) cycles += boxElements(result) * addingCycles(chip.cycles) + phase;
    if (!liesAsOld(cutting, shape, variant, context.old)) cycles += exchangeCycles(resultBytes, chip);
  }
  cycles += pieces * chip.cycles.vertex;
  variant.operands.forEach((request, i) => {
    if (context.homes[i] === undefined) cycles += context.settlingCycles(i, request);
  });
  const tableBytes = (pieces + count) * copyBytes;
  bytes += tableBytes + context.sample(variant).scratchBytes;
  cycles += (bytes * context.transientWeight + tableBytes * lastingWeight) * context.cyclesPerByte;
  return { variant, cutting, rounds, cycles, bytes, atHome };
}

/** Cycles for an element of the result that a round reads, adds to and stores. */
function addingCycles({ vectorLoad, vector, vectorStore }: CycleTable): number {
  return (vectorLoad + vector + vectorStore) / 4;
}
