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
  type OpTable,
  resultPart,
  rowMajor,
  sameLayout,
  type TensorType,
  type VertexSpec,
  type Work,
} from '@tessera/graph';
import { assertOver, cellBox, type Grid, resultGrid } from '../geometry/grid.ts';
import { denseHome, type Home } from '../geometry/home.ts';
import type { Behind, BufferId } from '../program.ts';
import type { Split } from '../split/score.ts';
import { lowerCombine } from './combine.ts';
import { Exchange } from './exchange.ts';
import { type Operand, placeOperand } from './operands.ts';
import { orderOfPart } from './parts.ts';
import { recorderFor } from './record.ts';
import { liesAlike, type ResultContext, resultBuffer } from './result.ts';

/** `name`, of phases and buffers, is the node's path and op. */
export interface ComputeContext extends ResultContext {
  readonly table: OpTable;
  /** Where the result belongs inside another, if that is so. */
  readonly part?: Home;
}

/** The regions of all operands, for every cell of a split. */
export function cellRegions(work: Work, grid: Grid): (readonly Box[])[] {
  return Array.from({ length: grid.tileOf.length }, (_, cell) => work.regions(cellBox(grid.cuts, cell)));
}

/** Gives the home of the node's result. `homes` has one entry per operand, `regions` one list per cell. */
export function lowerCompute(
  work: Work,
  split: Split,
  homes: readonly Home[],
  regions: readonly (readonly Box[])[],
  context: ComputeContext,
): Home {
  const { assembly } = context;
  assertOver(split.grid, work.space.extents, context.name);
  const whole = split.sumParts === 1;
  const inside = whole && context.part ? orderOfPart(context.part, split.variant.result) : undefined;
  const layout = inside ?? context.decided?.layout ?? resultLayout(work, split, homes, context.old);
  const taken = whole ? homes : homes.slice(0, work.ownOperands);
  const exchange = new Exchange(assembly, `${context.name} · gather`, work.node.origin);
  const operands = taken.map((home, i) => {
    const request = i < work.ownOperands ? split.variant.operands[i] : 'any';
    const boxes = regions.map(r => r[i]);
    return placeOperand(home, request, boxes, exchange, {
      assembly,
      name: context.name,
      grid: split.grid,
      resultLayout: layout,
    });
  });
  exchange.finish();
  const task: Task = { work, split, operands, homes: taken, layout, context };
  if (inside && context.part) {
    emitVertices({ ...task, part: context.part }, context.part.buffer, work.node.type, []);
    return context.part;
  }
  if (whole) {
    const grid = resultGrid(split.grid, work.context.result.shape);
    const overwritable = work.overwritable.filter(i => liesLikeResult(task, operands[i]));
    const result = resultBuffer(context, work.node, { grid, layout, operands, overwritable });
    emitVertices(task, result, work.node.type, overwritable);
    return denseHome(work.node.type, grid, layout, result, assembly.chip.tiles);
  }
  const base = work.context.result;
  const partials = assembly.buffer(context.name, 'partial', base, partialBytes(task, base), work.node.origin);
  emitVertices(task, partials, base, undefined);
  return lowerCombine(work, split, homes.slice(work.ownOperands), partials, layout, context);
}

/** All that the vertices of one phase share. */
interface Task {
  readonly work: Work;
  readonly split: Split;
  readonly operands: readonly Operand[];
  /** Of the operands, in the same order. */
  readonly homes: readonly Home[];
  readonly layout: Layout;
  /** Where the result lies inside another. */
  readonly part?: Home;
  readonly context: ComputeContext;
}

function partialBytes(task: Task, type: TensorType): Float64Array {
  const bytes = new Float64Array(task.context.assembly.chip.tiles);
  const { cuts, tileOf } = task.split.grid;
  for (let cell = 0; cell < tileOf.length; cell++) {
    const { count } = resultPart(cellBox(cuts, cell), type.shape.length);
    bytes[tileOf[cell]] = layoutStrides(task.layout, count).elements * elementBytes[type.element];
  }
  return bytes;
}

/** The variant's layout, or that of the old value, or of an operand of the result's shape, so that elementwise chains keep theirs. */
function resultLayout(work: Work, split: Split, homes: readonly Home[], old: Home | undefined): Layout {
  if (split.variant.result !== 'any') return split.variant.result;
  if (old?.layout && !old.layout.block) return old.layout;
  const { shape } = work.context.result;
  const sameRank = homes.filter(home => home.layout && !home.layout.block && home.type.shape.length === shape.length);
  const like = sameRank.find(home => home.type.shape.every((extent, axis) => extent === shape[axis])) ?? sameRank[0];
  return like?.layout ?? rowMajor(shape.length);
}

/** `overwritable`: operands the result may lie over; undefined for partial results. */
function emitVertices(
  task: Task,
  result: BufferId,
  type: TensorType,
  overwritable: readonly number[] | undefined,
): void {
  const partial = overwritable === undefined;
  const { work, split, operands, layout, part, context } = task;
  const { assembly } = context;
  const classOf = new Int32Array(assembly.chip.tiles).fill(-1);
  const { op, attributes, body, epilogue } = work.node;
  const node = partial ? { op, attributes, body } : { op, attributes, body, epilogue };
  const recorder = recorderFor(assembly, context.table, { node, context: work.context });
  for (let cell = 0; cell < split.grid.tileOf.length; cell++) {
    const box = atOrigin(cellBox(split.grid.cuts, cell), work.space);
    const region = resultPart(box, type.shape.length);
    const regions = work.regions(box);
    const spec: VertexSpec = {
      node,
      context: work.context,
      variant: split.variant.name,
      box,
      operands: operands.map((o, i) => ({ ...o.view(cell), region: regions[i] })),
      result: { type, region, layout, strides: part?.cell(cell).strides ?? layoutStrides(layout, region.count).axes },
      partial,
    };
    classOf[split.grid.tileOf[cell]] = recorder.classOf(spec);
  }
  const behind = partial || part ? [] : behindOperands(task);
  const beside = part ? operands.flatMap(({ slot }, i) => (slot.buffer === part.buffer ? [i] : [])) : [];
  assembly.phase({
    kind: 'compute',
    name: context.name,
    origin: work.node.origin,
    classOf,
    slots: [
      ...operands.map(o => o.slot),
      { buffer: result, offset: part ? part.cell(0).offset * elementBytes[type.element] : 0 },
    ],
    overwritable: overwritable ?? [],
    ...(behind.length > 0 && { behind }),
    ...(beside.length > 0 && { beside }),
  });
}

/** Operands the result may be written behind: where one tile with one worker holds all of both, dense in the layout the op means. */
function behindOperands({ work, operands, homes, layout, context }: Task): readonly Behind[] {
  const { tiles, workers } = context.assembly.chip;
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
  const counts = (cell: number) => resultPart(cellBox(split.grid.cuts, cell), rank).count;
  return liesAlike(operand, work.node.type, layout, split.grid.tileOf.length, counts);
}
