/**
 * What a kernel takes, cycles per point of a node's space and scratch memory, found out from the kernel on a piece from the middle of the
 * space with dense operands.
 */
import {
  alignedOrder,
  type Box,
  boxElements,
  elementCount,
  factsOf,
  type Layout,
  layoutStrides,
  type Node,
  resultPart,
  rowMajor,
  showType,
  type TensorType,
  type Work,
} from '@tessera-dnn/graph';
import { countKernel, type RecordedKernel, type RecordOptions } from '@tessera-dnn/graph/kernel';
import type { LayoutRequest, OpTable, Space, Variant, View } from '@tessera-dnn/graph/op';
import { recordVertex } from '@tessera-dnn/graph/structural';
import { type ChipSpec, usualWorkers } from '@tessera-dnn/machine';
import { type CountedPiece, knownKernels } from '../known-kernels.ts';
import { kernelCycles } from './cycles.ts';

export interface SampleContext {
  readonly chip: ChipSpec;
  readonly table: OpTable;
  readonly recording: RecordOptions;
}

/** What the kernel of a variant takes. */
export interface Sample {
  readonly pointCycles: number;
  /** Of a variant of another algorithm: bytes beside operands and result. 0 for the others. */
  readonly scratchBytes: number;
}

/** By work, since all its candidates ask for it. */
const ofWork = new WeakMap<Work, Map<string, Sample>>();

/** The sample of a variant and work, recorded and counted once, and remembered. */
export function sampleOf(work: Work, variant: Variant, types: readonly TensorType[], context: SampleContext): Sample {
  let own = ofWork.get(work);
  if (!own) ofWork.set(work, (own = new Map()));
  let sample = own.get(variant.name);
  if (sample === undefined) {
    const { counts, points, scratchBytes } = pieceOf(work, variant, types, context);
    sample = { pointCycles: kernelCycles(counts, context.chip, 1) / points, scratchBytes };
    own.set(variant.name, sample);
  }
  return sample;
}

/** By what the work does, since a network does the same in many layers, and its next plan once more. */
function pieceOf(work: Work, variant: Variant, types: readonly TensorType[], context: SampleContext): CountedPiece {
  const { pieces } = knownKernels(context.table, context.recording);
  const key = `${context.chip.tiles} ${variant.name} ${workKey(work.node, types)}`;
  const piece = pieces.get(key) ?? countPiece(work, variant, types, context);
  pieces.set(key, piece);
  return piece;
}

/** All that a kernel is recorded from: what the node does, on what types, and which of its operands are one. */
export function workKey({ replica: _, ...node }: Node, types: readonly TensorType[]): string {
  const operands = node.operands.map((operand, i) => `${node.operands.indexOf(operand)}:${showType(types[i])}`);
  return `${factsOf(node)} ${operands.join(' ')} ${showType(node.type)}`;
}

/** By work, variant and shape: the cycles of a vertex. */
const ofShape = new WeakMap<Work, Map<string, number>>();

/**
 * Cycles of a vertex on a cell of so many elements along each axis, in the middle of the space, with the usual workers: thin cells leave some of
 * them idle, and their inner loops are short, of which the cycles per point of {@link sampleOf} know nothing. `partial`: it stores raw sums.
 */
export function vertexCycles(
  work: Work,
  variant: Variant,
  types: readonly TensorType[],
  { count, partial }: { readonly count: readonly number[]; readonly partial: boolean },
  context: SampleContext,
): number {
  let own = ofShape.get(work);
  if (!own) ofShape.set(work, (own = new Map()));
  const key = `${variant.name} ${partial} ${count}`;
  let cycles = own.get(key);
  if (cycles === undefined) {
    const box = middleBox(work.space, variant, count);
    const { code, fields } = recordPiece(work, variant, types, { box, partial }, context);
    const workers = usualWorkers(context.chip);
    own.set(key, (cycles = kernelCycles(countKernel(code, fields, workers), context.chip, workers)));
  }
  return cycles;
}

function countPiece(work: Work, variant: Variant, types: readonly TensorType[], options: SampleContext): CountedPiece {
  const box = sampleBox(work.space, variant, options.chip.tiles);
  const recorded = recordPiece(work, variant, types, { box, partial: false }, options);
  // All of the work, whoever does it: splits, and so the order of sums, must not depend on the number of workers.
  const counts = countKernel(recorded.code, recorded.fields, 1);
  return {
    counts,
    points: boxElements(box),
    scratchBytes: variant.algorithm === undefined ? 0 : recorded.scratchBytes,
  };
}

function recordPiece(
  work: Work,
  variant: Variant,
  types: readonly TensorType[],
  { box, partial }: { readonly box: Box; readonly partial: boolean },
  { table, recording }: SampleContext,
): RecordedKernel {
  const regions = work.regions(box);
  const rank = work.context.result.shape.length;
  const layout = variant.result === 'any' ? rowMajor(rank) : variant.result;
  const operands = regions.map((region, i) =>
    denseView(types[i], region, i < work.ownOperands ? variant.operands[i] : 'any', layout),
  );
  const region = resultPart(box, rank);
  const spec = {
    node: work.node,
    context: work.context,
    variant: variant.name,
    box,
    operands,
    result: { type: work.node.type, region, layout, strides: layoutStrides(layout, region.count).axes },
    partial,
  };
  return recordVertex(spec, table, recording);
}

function denseView(type: TensorType, region: Box, request: LayoutRequest, resultLayout: Layout): View {
  const rank = type.shape.length;
  const layout =
    request === 'any' ? { order: alignedOrder(resultLayout.order, resultLayout.order.length, rank) } : request;
  return { type, region, layout, strides: layoutStrides(layout, region.count).axes };
}

/** Large enough for long inner loops, small enough to count even a kernel whose every turn differs. */
const samplePoints = 1 << 15;

/**
 * A box around the middle of the space: the longest axes are halved until it has at most {@link samplePoints} points, or, where the variant
 * names a piece, as many as that, but no more than a tile's part. It begins at whole quanta, as every cell of a split does: kernels are slow
 * on torn blocks.
 */
function sampleBox(
  { extents, whole = [] }: Space,
  { quantum = [], wholeQuanta = false, piece }: Variant,
  tiles: number,
): Box {
  const count = [...(piece ?? extents)];
  const most = piece ? Math.max(samplePoints, elementCount(extents) / tiles) : samplePoints;
  const cuttable = count.map((_, axis) => axis).filter(axis => !whole.includes(axis));
  while (elementCount(count) > most) {
    const longest = cuttable.reduce((best, axis) => (best < 0 || count[axis] > count[best] ? axis : best), -1);
    if (longest < 0 || count[longest] === 1) break;
    const size = wholeQuanta ? (quantum[longest] ?? 1) : 1;
    const half = Math.ceil(count[longest] / 2 / size) * size;
    if (half >= count[longest]) break;
    count[longest] = half;
  }
  return middleBox({ extents }, { quantum }, count);
}

function middleBox(
  { extents }: Pick<Space, 'extents'>,
  { quantum = [] }: Pick<Variant, 'quantum'>,
  count: readonly number[],
): Box {
  const start = extents.map((extent, axis) => {
    const q = quantum[axis] ?? 1;
    return Math.floor((extent - count[axis]) / 2 / q) * q;
  });
  return { start, count, step: extents.map(() => 1) };
}
