/**
 * Lowers one computing node: gathers what its cells need from elsewhere in one exchange phase, then runs one vertex per cell. If a summed
 * axis was cut, the vertices store raw partial results, which `combine.ts` finishes.
 */
import {
  atOrigin,
  type Box,
  elementBytes,
  type Layout,
  layoutStrides,
  resultPart,
  rowMajor,
  sameLayout,
  type TensorType,
  type Work,
  wideElement,
} from '@tessera-dnn/graph';
import type { VertexSpec } from '@tessera-dnn/graph/kernel';
import { assertOver, cellBox, type Grid, resultGrid } from '../geometry/grid.ts';
import { denseHome, type Home } from '../geometry/home.ts';
import { Sequences } from '../geometry/sequences.ts';
import type { Behind, BufferId, ComputePhase } from '../program.ts';
import type { Split } from '../split/cut.ts';
import { lowerCombine } from './combine.ts';
import type { ComputeContext, Lowered } from './context.ts';
import { Exchange } from './exchange.ts';
import { type Operand, placeOperand } from './operands.ts';
import { orderOfPart } from './part-homes.ts';
import { liesAlike, resultBuffer } from './result.ts';
import { tableBytesAfter } from './timeline.ts';

/** The regions of all operands, for every cell of a split. */
export function cellRegions(work: Work, grid: Grid): (readonly Box[])[] {
  return Array.from({ length: grid.tileOf.length }, (_, cell) => work.regions(cellBox(grid.cuts, cell)));
}

/** Work that is cut: where its operands lie, one home per operand, and what of them is needed, one list per cell. */
export interface CutWork {
  readonly work: Work;
  readonly split: Split;
  readonly homes: readonly Home[];
  readonly regions: readonly (readonly Box[])[];
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

/** All that the vertices of one phase share. */
interface Task extends CutWork {
  readonly operands: readonly Operand[];
  readonly layout: Layout;
  readonly context: ComputeContext;
}

/** Where vertices store: `overwritable` are the operands the result may lie over, undefined for partial results. */
interface Stored {
  readonly buffer: BufferId;
  readonly type: TensorType;
  readonly overwritable: readonly number[] | undefined;
  /** Where the result lies inside another. */
  readonly part?: Home;
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

function partialBytes(task: Task, type: TensorType): Float64Array {
  const bytes = new Float64Array(task.context.registries.chip.tiles);
  const { cuts, tileOf } = task.split.grid;
  for (let cell = 0; cell < tileOf.length; cell++) {
    const { count } = resultPart(cellBox(cuts, cell), type.shape.length);
    bytes[tileOf[cell]] = layoutStrides(task.layout, count).elements * elementBytes[type.element];
  }
  return bytes;
}

/** The variant's layout, or that of the old value, or of an operand of the result's shape, so that elementwise chains keep theirs. */
function resultLayout({ work, split, homes }: CutWork, old: Home | undefined): Layout {
  if (split.variant.result !== 'any') return split.variant.result;
  if (old?.layout && !old.layout.block) return old.layout;
  const { shape } = work.context.result;
  const sameRank = homes.filter(home => home.layout && !home.layout.block && home.type.shape.length === shape.length);
  const like = sameRank.find(home => home.type.shape.every((extent, axis) => extent === shape[axis])) ?? sameRank[0];
  return like?.layout ?? rowMajor(shape.length);
}

function vertices(task: Task, stored: Stored): ComputePhase {
  const { work, operands, context } = task;
  const { buffer, overwritable, part } = stored;
  const behind = overwritable === undefined || part ? [] : behindOperands(task);
  const beside = part ? operands.flatMap(({ slot }, i) => (slot.buffer === part.buffer ? [i] : [])) : [];
  const offset = part ? part.cell(0).offset * elementBytes[stored.type.element] : 0;
  const { classOf, scratch } = withScratch(task, classes(task, stored));
  return {
    kind: 'compute',
    name: context.name,
    origin: work.node.origin,
    classOf,
    slots: [...operands.map(o => o.slot), { buffer, offset }],
    ...(scratch !== undefined && { scratch }),
    overwritable: overwritable ?? [],
    ...(behind.length > 0 && { behind }),
    ...(beside.length > 0 && { beside }),
  };
}

/** Threads that write side by side write to lines of their own. */
const cacheLineBytes = 64;

/**
 * Where any of the vertices needs scratch memory, each has some: as much as the one that needs most, and as often as there are threads that
 * divide it.
 */
function withScratch({ work, context }: Task, classOf: Int32Array): Pick<ComputePhase, 'classOf' | 'scratch'> {
  const { codes, buffers } = context.registries;
  const most = classOf.reduce((bytes, id) => Math.max(bytes, id < 0 ? 0 : codes.scratchBytes(id)), 0);
  if (most === 0) return { classOf };
  const bytes =
    codes.scratchCopies === 1 ? most : codes.scratchCopies * Math.ceil(most / cacheLineBytes) * cacheLineBytes;
  const scratch = buffers.add({
    name: context.name,
    kind: 'scratch',
    type: { element: 'f32', shape: [bytes / elementBytes.f32] },
    bytes: Float64Array.from(classOf, id => (id < 0 ? 0 : bytes)),
    origin: work.node.origin,
  });
  return { classOf: classOf.map(id => (id < 0 ? id : codes.besideScratch(id))), scratch };
}

/** The class of each tile's vertex, -1 for idle tiles. */
function classes({ work, split, operands, layout, context }: Task, { type, overwritable, part }: Stored): Int32Array {
  const { chip, recorders } = context.registries;
  const partial = overwritable === undefined;
  const classOf = new Int32Array(chip.tiles).fill(-1);
  const { op, attributes, body, epilogue } = work.node;
  const node = partial ? { op, attributes, body } : { op, attributes, body, epilogue };
  const recorder = recorders.of({ node, context: work.context });
  const specOf = (cell: number, box: Box): VertexSpec => {
    const region = resultPart(box, type.shape.length);
    const regions = work.regions(box);
    return {
      node,
      context: work.context,
      variant: split.variant.name,
      box,
      operands: operands.map((o, i) => ({ ...o.view(cell), region: regions[i] })),
      result: { type, region, layout, strides: part?.cell(cell).strides ?? layoutStrides(layout, region.count).axes },
      partial,
    };
  };
  const alike = new Sequences();
  const known: number[] = [];
  for (let cell = 0; cell < split.grid.tileOf.length; cell++) {
    const box = atOrigin(cellBox(split.grid.cuts, cell), work.space);
    // Regions follow from the box, and a result inside another lies on one tile: what else tells cells apart is where operands lie.
    const number = alike.numberOf([...box.start, ...box.count, ...operands.flatMap(o => o.view(cell).strides)]);
    classOf[split.grid.tileOf[cell]] = known[number] ??= recorder.classOf(specOf(cell, box));
  }
  return classOf;
}

/** Operands the result may be written behind: where one tile with one worker holds all of both, dense in the layout the op means. */
function behindOperands({ work, operands, homes, layout, context }: Task): readonly Behind[] {
  const { tiles, workers } = context.registries.chip;
  const { type, epilogue } = work.node;
  if (tiles > 1 || workers > 1 || (epilogue && elementBytes[epilogue.base.element] !== elementBytes[type.element]))
    return [];
  return work.inOrder.flatMap(({ operand, distanceBytes, inOrder }) => {
    const lies = inOrder && sameLayout(layout, inOrder) && liesWhole(operands[operand], homes[operand], inOrder);
    return lies ? [{ slot: operand, distanceBytes }] : [];
  });
}

/** Whether an operand's buffer holds all of it and nothing else, dense in `layout`. */
function liesWhole({ slot, view }: Operand, home: Home, layout: Layout): boolean {
  if (slot.buffer === home.buffer) return home.dense && home.layout !== undefined && sameLayout(home.layout, layout);
  const { region, layout: gathered } = view(0);
  return sameLayout(gathered, layout) && region.count.every((count, axis) => count === home.type.shape[axis]);
}

function liesLikeResult({ work, split, layout }: Task, operand: Operand): boolean {
  const rank = work.context.result.shape.length;
  const countOf = (cell: number) => resultPart(cellBox(split.grid.cuts, cell), rank).count;
  return liesAlike(operand, { type: work.node.type, layout, cells: split.grid.tileOf.length, countOf });
}
