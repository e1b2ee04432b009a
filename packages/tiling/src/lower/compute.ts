/**
 * Lowers one computing node: gathers what its cells need from elsewhere in one exchange phase, then runs one vertex per cell. If a summed
 * axis was cut, the vertices store raw partial results, which `combine.ts` finishes.
 */
import {
  type Box,
  elementBytes,
  type Layout,
  layoutStrides,
  resultPart,
  rowMajor,
  type TensorType,
  type Work,
  wideElement,
} from '@tessera-dnn/graph';
import { assertOver, cellBox, type Grid, resultGrid } from '../geometry/grid.ts';
import { denseHome, type Home } from '../geometry/home.ts';
import { lowerCombine } from './combine.ts';
import type { ComputeContext, Lowered } from './context.ts';
import { Exchange } from './exchange.ts';
import { type Operand, placeOperand } from './operands.ts';
import { orderOfPart } from './part-homes.ts';
import { liesAlike, resultBuffer } from './result.ts';
import { tableBytesAfter } from './timeline.ts';
import { type CutWork, type Task, vertices } from './vertices.ts';

/** The regions of all operands, for every cell of a split. */
export function cellRegions(work: Work, grid: Grid): (readonly Box[])[] {
  return Array.from({ length: grid.tileOf.length }, (_, cell) => work.regions(cellBox(grid.cuts, cell)));
}

/** Where the node's result lies, and the phases that bring its operands and compute it. */
export function lowerCompute(cut: CutWork, context: ComputeContext): Lowered {
  const { work, split, homes } = cut;
  assertOver(split.grid, work.space.extents, context.name);
  const whole = split.sumParts === 1;
  const part = whole ? context.part : undefined;
  const inside = part && orderOfPart(part, split.variant.result);
  const layout = inside ?? context.decided?.layout ?? resultLayout(cut, context.old);
  const { operands, phases } = gatherOperands(cut, layout, context);
  const task: Task = { ...cut, operands, layout, context };
  if (part && inside) {
    const stored = { buffer: part.buffer, type: work.node.type, overwritable: [], part };
    return { result: part, phases: [...phases, vertices(task, stored)], moves: [] };
  }
  if (whole) return storeWhole(task, phases);
  // A sum that is not complete has 32 bits, as in a register.
  const type = { ...work.context.result, element: wideElement(work.context.result.element) };
  const { name, registries, tableBytes } = context;
  const bytes = partialBytes(task, type);
  const partials = registries.buffers.add({ name, kind: 'partial', type, bytes, origin: work.node.origin });
  const before = [...phases, vertices(task, { buffer: partials, type, overwritable: undefined })];
  const others = homes.slice(work.ownOperands);
  const charged = { ...context, tableBytes: tableBytesAfter(before, tableBytes) };
  const { result, phases: after, moves } = lowerCombine({ work, split, partials, layout, homes: others }, charged);
  return { result, phases: [...before, ...after], moves };
}

/** The operands that the vertices take: without those that only the epilogue reads, if sums are cut and the epilogue waits for them. */
function gatherOperands(
  { work, split, homes, regions }: CutWork,
  resultLayout: Layout,
  { registries, name }: ComputeContext,
): { readonly operands: readonly Operand[]; readonly phases: Lowered['phases'] } {
  const { grid, variant, sumParts } = split;
  const exchange = new Exchange(registries.codes, `${name} · gather`, work.node.origin);
  const operands = homes.slice(0, sumParts === 1 ? homes.length : work.ownOperands).map((home, i) => {
    const request = i < work.ownOperands ? variant.operands[i] : 'any';
    const wanted = { home, request, regions: regions.map(r => r[i]), grid };
    return placeOperand(wanted, exchange, { registries, name, resultLayout });
  });
  return { operands, phases: exchange.phases() };
}

function storeWhole(task: Task, before: Lowered['phases']): Lowered {
  const { work, split, operands, layout, context } = task;
  const { type } = work.node;
  const grid = resultGrid(split.grid, work.context.result.shape);
  const overwritable = work.overwritable.filter(i => liesLikeResult(task, operands[i]));
  const buffer = resultBuffer(context, work.node, { grid, layout, operands, overwritable });
  const home = denseHome(type, grid, layout, buffer, context.registries.chip.tiles);
  return { result: home, phases: [...before, vertices(task, { buffer, type, overwritable })], moves: [] };
}

/** What each tile's part of a result takes where it lies dense in the layout. */
export function partialBytes(task: Pick<Task, 'split' | 'layout' | 'context'>, type: TensorType): Float64Array {
  const bytes = new Float64Array(task.context.registries.chip.tiles);
  const { cuts, tileOf } = task.split.grid;
  for (let cell = 0; cell < tileOf.length; cell++) {
    const { count } = resultPart(cellBox(cuts, cell), type.shape.length);
    bytes[tileOf[cell]] = layoutStrides(task.layout, count).elements * elementBytes[type.element];
  }
  return bytes;
}

/** The variant's layout, or that of the old value, or of an operand of the result's shape, so that elementwise chains keep theirs. */
export function resultLayout({ work, split, homes }: CutWork, old: Home | undefined): Layout {
  if (split.variant.result !== 'any') return split.variant.result;
  if (old?.layout && !old.layout.block) return old.layout;
  const { shape } = work.context.result;
  const sameRank = homes.filter(home => home.layout && !home.layout.block && home.type.shape.length === shape.length);
  const like = sameRank.find(home => home.type.shape.every((extent, axis) => extent === shape[axis])) ?? sameRank[0];
  return like?.layout ?? rowMajor(shape.length);
}

function liesLikeResult({ work, split, layout }: Task, operand: Operand): boolean {
  const rank = work.context.result.shape.length;
  const countOf = (cell: number) => resultPart(cellBox(split.grid.cuts, cell), rank).count;
  return liesAlike(operand, { type: work.node.type, layout, cells: split.grid.tileOf.length, countOf });
}
