/** Cycles per point of a node's space, counted from its kernel on the whole space with dense operands. */
import {
  type Box,
  boxElements,
  countKernel,
  fullBox,
  type Layout,
  type LayoutRequest,
  layoutStrides,
  type OpTable,
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
  options: { readonly chip: ChipSpec; readonly table: OpTable },
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
  options: { readonly chip: ChipSpec; readonly table: OpTable },
): number {
  const box = fullBox(work.space.extents);
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
  const recorded = recordVertex(spec, options.table, { specialised: options.chip.specialise });
  return (
    kernelCycles(countKernel(recorded.code, recorded.fields, options.chip.workers), options.chip.cycles) /
    boxElements(box)
  );
}

function denseView(type: TensorType, region: Box, request: LayoutRequest, resultLayout: Layout): View {
  const rank = type.shape.length;
  const layout =
    request === 'any' ? { order: alignedOrder(resultLayout.order, resultLayout.order.length, rank) } : request;
  return { type, region, layout, strides: layoutStrides(layout, region.count).axes };
}
