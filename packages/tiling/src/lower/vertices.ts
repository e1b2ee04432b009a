/** The vertices of one computing node, one per cell of its split: what they run, and where its operands and result lie for them. */
import { InternalError } from '@tessera-dnn/diagnostics';
import {
  atOrigin,
  type Box,
  elementBytes,
  type Layout,
  layoutStrides,
  resultPart,
  sameLayout,
  type TensorType,
  type Work,
} from '@tessera-dnn/graph';
import type { VertexSpec } from '@tessera-dnn/graph/kernel';
import type { Combine } from '@tessera-dnn/graph/op';
import { cellBox } from '../geometry/grid.ts';
import { denseCell, type Home } from '../geometry/home.ts';
import { Sequences } from '../geometry/sequences.ts';
import type { Behind, BufferId, ComputePhase, Round, SlotRef } from '../program.ts';
import type { Split } from '../split/cut.ts';
import { tileStage } from '../stages.ts';
import type { ComputeContext } from './context.ts';
import { type Operand, offsetIn } from './operands.ts';

/** Work that is cut: where its operands lie, one home per operand, and what of them is needed, one list per cell. */
export interface CutWork {
  readonly work: Work;
  readonly split: Split;
  readonly homes: readonly Home[];
  readonly regions: readonly (readonly Box[])[];
}

/** All that the vertices of one phase share. */
export interface Task extends CutWork {
  readonly operands: readonly Operand[];
  readonly layout: Layout;
  readonly context: ComputeContext;
}

/** Where vertices store: `overwritable` are the operands the result may lie over, undefined for partial results. */
export interface Stored {
  readonly buffer: BufferId;
  readonly type: TensorType;
  readonly overwritable: readonly number[] | undefined;
  /** Where the result lies inside another. */
  readonly part?: Home;
  /** Absent where each cell is computed at once. */
  readonly turn?: Turn;
}

/** A round, and the part of each cell that is computed in it; undefined where the cell is idle. */
export interface Turn {
  readonly round: Round;
  readonly parts: readonly (Box | undefined)[];
}

/** The compute phase in which each cell's tile runs its vertex. */
export function vertices(task: Task, stored: Stored): ComputePhase {
  const { work, operands, context } = task;
  const { buffer, overwritable, part, turn } = stored;
  const behind = overwritable === undefined || part ? [] : behindOperands(task);
  const beside = part ? operands.flatMap(({ slot }, i) => (slot.buffer === part.buffer ? [i] : [])) : [];
  const inside = part ? part.cell(0).offset * elementBytes[stored.type.element] : 0;
  const { classOf, scratch } = withScratch(task, classes(task, stored));
  return {
    kind: 'compute',
    name: turn ? roundName(context.name, turn.round) : context.name,
    origin: work.node.origin,
    classOf,
    slots: [...operands.map(o => o.slot), { buffer, offset: turn ? partOffsets(task, stored.type, turn) : inside }],
    ...(scratch !== undefined && { scratch }),
    overwritable: overwritable ?? [],
    ...(behind.length > 0 && { behind }),
    ...(beside.length > 0 && { beside }),
    ...(turn && { round: turn.round }),
  };
}

/** What the phases of a round are called. */
export function roundName(name: string, { index, count }: Pick<Round, 'index' | 'count'>): string {
  return `${name} · round ${index + 1} of ${count}`;
}

/** Where in the result's buffer each tile's part of a round begins. */
function partOffsets({ work, split, layout, context }: Task, type: TensorType, { parts }: Turn): SlotRef['offset'] {
  const rank = work.context.result.shape.length;
  const offsets = new Float64Array(context.registries.chip.tiles);
  parts.forEach((part, cell) => {
    if (part === undefined) return;
    const held = denseCell(resultPart(cellBox(split.grid.cuts, cell), rank), layout);
    const offset = offsetIn(held, resultPart(part, rank));
    if (offset === undefined)
      throw new InternalError(tileStage.name, 'a round tears a block of its result', context.name);
    offsets[split.grid.tileOf[cell]] = offset * elementBytes[type.element];
  });
  return offsets.every(offset => offset === 0) ? 0 : offsets;
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

/** How the parts of sums are added up. */
export function combineOf({ space }: Work): Combine {
  return space.combine.find(combine => combine !== undefined) ?? 'add';
}

/** The class of each tile's vertex, -1 for idle tiles. */
function classes(
  { work, split, operands, layout, context }: Task,
  { type, overwritable, part, turn }: Stored,
): Int32Array {
  const { chip, recorders } = context.registries;
  const partial = overwritable === undefined;
  const classOf = new Int32Array(chip.tiles).fill(-1);
  const { op, attributes, body, epilogue } = work.node;
  const node = partial ? { op, attributes, body } : { op, attributes, body, epilogue };
  const recorder = recorders.of({ node, context: work.context });
  const rank = type.shape.length;
  const adds = turn?.round.adds ? combineOf(work) : undefined;
  const specOf = (cell: number, box: Box, whole: readonly number[]): VertexSpec => {
    const region = resultPart(box, rank);
    const regions = work.regions(box);
    return {
      node,
      context: work.context,
      variant: split.variant.name,
      box,
      operands: operands.map((o, i) => ({ ...o.view(cell), region: regions[i] })),
      result: { type, region, layout, strides: part?.cell(cell).strides ?? layoutStrides(layout, whole).axes },
      partial,
      ...(adds && { adds }),
    };
  };
  const alike = new Sequences();
  const known: number[] = [];
  for (let cell = 0; cell < split.grid.tileOf.length; cell++) {
    const own = cellBox(split.grid.cuts, cell);
    const computed = turn ? turn.parts[cell] : own;
    if (computed === undefined) continue;
    const box = atOrigin(computed, work.space);
    const whole = resultPart(own, rank).count;
    // Regions follow from the box, and a result inside another lies on one tile: what else tells cells apart is where operands lie.
    const lies = [...(turn ? whole : []), ...operands.flatMap(o => o.view(cell).strides)];
    const number = alike.numberOf([...box.start, ...box.count, ...lies]);
    classOf[split.grid.tileOf[cell]] = known[number] ??= recorder.classOf(specOf(cell, box, whole));
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
