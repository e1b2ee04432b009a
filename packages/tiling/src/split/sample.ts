/** Cycles per point of a node's space, counted from its kernel on a piece from the middle of the space with dense operands. */
import {
  type Box,
  boxElements,
  countKernel,
  type Layout,
  type LayoutRequest,
  layoutStrides,
  type OpTable,
  type RecordOptions,
  recordVertex,
  rowMajor,
  type TensorType,
  type Variant,
  type View,
} from '@tessera/graph';
import type { ChipSpec } from '@tessera/machine';
import { kernelCycles } from './cycles.ts';
import { alignedOrder, resultPart, type Work } from './regions.ts';

const known = new WeakMap<Work, Map<string, number>>();

export function pointCycles(
  work: Work,
  variant: Variant,
  types: readonly TensorType[],
  options: { readonly chip: ChipSpec; readonly table: OpTable; readonly recording: RecordOptions },
): number {
  let byVariant = known.get(work);
  if (!byVariant) known.set(work, (byVariant = new Map()));
  let cycles = byVariant.get(variant.name);
  if (cycles === undefined) {
    cycles = countPoint(work, variant, types, options);
    byVariant.set(variant.name, cycles);
  }
  return cycles;
}

function countPoint(
  work: Work,
  variant: Variant,
  types: readonly TensorType[],
  options: { readonly chip: ChipSpec; readonly table: OpTable; readonly recording: RecordOptions },
): number {
  const box = sampleBox(work.space.extents, work.space.whole ?? [], variant.quantum ?? []);
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
    partial: false,
  };
  const recorded = recordVertex(spec, options.table, options.recording);
  // All of the work, whoever does it: splits, and so the order of sums, must not depend on the number of workers.
  const counts = countKernel(recorded.code, recorded.fields, 1);
  return kernelCycles(counts, options.chip.cycles, 1) / boxElements(box);
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
 * A box around the middle of the space: the longest axes are halved until it has at most {@link samplePoints} points. It begins at whole
 * quanta, as every cell of a split does: kernels are slow on torn blocks.
 */
function sampleBox(extents: readonly number[], whole: readonly number[], quantum: readonly number[]): Box {
  const count = [...extents];
  const cuttable = count.map((_, axis) => axis).filter(axis => !whole.includes(axis));
  while (count.reduce((a, b) => a * b, 1) > samplePoints) {
    const longest = cuttable.reduce((best, axis) => (best < 0 || count[axis] > count[best] ? axis : best), -1);
    if (longest < 0 || count[longest] === 1) break;
    count[longest] = Math.ceil(count[longest] / 2);
  }
  const start = extents.map((extent, axis) => {
    const q = quantum[axis] ?? 1;
    return Math.floor((extent - count[axis]) / 2 / q) * q;
  });
  return { start, count, step: extents.map(() => 1) };
}
