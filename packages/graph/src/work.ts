/**
 * What a node that computes says of its work, be it an op of the table, a `map` or a `row`, with or without an epilogue: over which space
 * it goes, what a box of it needs of each operand, and over which operands its result may be written.
 *
 * This is the only place that knows these facts of structural nodes. Passes that count memory and tiling that places it both ask here,
 * so that what the one counts is what the other may do.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Box } from './box.ts';
import { broadcastRegion, resultPart } from './box.ts';
import type { Node, RowNode } from './graph.ts';
import { contextOf, isLeaf, ownOperands } from './node.ts';
import type { KernelOp } from './op/op.ts';
import type { OpContext, Overwrite, Space, Variant } from './op/split.ts';
import type { OpTable } from './op/table.ts';
import { rowBox, rowSpace } from './structural/row-space.ts';
import type { TensorType } from './types.ts';
import { elementBytes, sameShape } from './types.ts';

/** One node that computes. */
export interface Work {
  readonly node: Node;
  readonly context: OpContext;
  readonly space: Space;
  readonly variants: readonly Variant[];
  /** How many operands the op itself reads; the rest belong to the epilogue. */
  readonly ownOperands: number;
  /** The boxes of all operands, in order. `box` is of the space. */
  readonly regions: (box: Box) => readonly Box[];
  /** Operands (by index) whose memory the result may take, element by element, wherever both lie alike. */
  readonly overwritable: readonly number[];
  /** Operands that a whole result, computed in order by one worker, may lie behind. */
  readonly inOrder: readonly Overwrite[];
}

/** What is the op's own: an epilogue adds its operands to the regions. */
type OwnWork = Pick<Work, 'space' | 'variants' | 'regions'>;

/** `operands` are the types of all operands. Undefined for leaves and movement ops; an unknown op is an {@link InternalError}. */
export function workOf(node: Node, operands: readonly TensorType[], table: OpTable): Work | undefined {
  const context = contextOf(node, operands);
  const own = ownWork(node, context, table);
  if (own === undefined) return undefined;
  const first = ownOperands(node, operands.length);
  const rank = context.result.shape.length;
  const added = operands.slice(first);
  const overwrites = overwritesOf(node, operands, table);
  return {
    node,
    context,
    space: own.space,
    variants: own.variants,
    ownOperands: first,
    regions: box => {
      const part = resultPart(box, rank);
      return [...own.regions(box), ...added.map(type => broadcastRegion(part, type.shape, rank))];
    },
    overwritable: overwrites.flatMap(({ operand, inOrder }) => (inOrder === undefined ? [operand] : [])),
    inOrder: overwrites.filter(({ inOrder }) => inOrder),
  };
}

/**
 * The operands over which the result may be written: those of the op as it says, those of an epilogue element by element, as each of their
 * elements is read just before the result's is stored. None for leaves and movement. Whoever writes a result over an operand sees to it
 * that both lie alike, that nothing reads the operand later, and that the node does not read it a second time where it may not be
 * overwritten: a contraction whose epilogue adds what it contracts reads it to the end.
 */
export function overwritesOf(node: Node, operands: readonly TensorType[], table: OpTable): readonly Overwrite[] {
  const own = ownOverwrites(node, contextOf(node, operands), table);
  const first = ownOperands(node, operands.length);
  return [...own, ...operands.slice(first).map((_, i) => byElement(first + i))];
}

function ownOverwrites(node: Node, context: OpContext, table: OpTable): readonly Overwrite[] {
  const every = context.operands.map((_, operand) => byElement(operand));
  if (node.kind === 'map') return every;
  if (node.kind === 'row') return rowOverwrites(node, context);
  const def = table.find(node.op);
  if (def?.kind === 'elementwise') return every;
  if (def?.kind !== 'kernel') return [];
  // Ops count distances in elements of one size.
  const size = elementBytes[context.result.element];
  return def.overwrites(context).filter(({ operand }) => elementBytes[context.operands[operand].element] === size);
}

function byElement(operand: number): Overwrite {
  return { operand, distanceBytes: 0 };
}

/**
 * A result of the full shape, over operands of that shape. What a row kernel keeps in its result between passes it keeps only where no
 * later pass reads such an operand.
 */
function rowOverwrites(node: RowNode, { operands, result }: OpContext): readonly Overwrite[] {
  const { combine, full } = rowSpace(node, result);
  if (combine.length > 0) return [];
  return operands.flatMap(({ shape }, operand) => (sameShape(shape, full) ? [byElement(operand)] : []));
}

function ownWork(node: Node, context: OpContext, table: OpTable): OwnWork | undefined {
  if (node.kind === 'row') return rowWork(node, context);
  if (node.kind === 'map') return elementwiseWork(context);
  const def = table.find(node.op);
  if (def?.kind === 'kernel') return kernelWork(def, context);
  if (def?.kind === 'elementwise') return elementwiseWork(context);
  if (def === undefined && !isLeaf(node)) throw new InternalError('graph', 'unknown op', node.op);
  return undefined;
}

function kernelWork(def: KernelOp, context: OpContext): OwnWork {
  return {
    space: def.space(context),
    variants: def.variants(context),
    regions: box => def.regions(context, box),
  };
}

function elementwiseWork({ operands, result: { shape } }: OpContext): OwnWork {
  return {
    space: { extents: shape, combine: [], movable: shape.map((_, axis) => axis) },
    variants: [anyVariant(operands.length)],
    regions: box => operands.map(type => broadcastRegion(box, type.shape, shape.length)),
  };
}

/** A sum with work before it if the row ends in its one reduction; else its axes stay whole. */
function rowWork(node: RowNode, { operands, result }: OpContext): OwnWork {
  const space = rowSpace(node, result);
  const { axes, full, extents, combine, resultAxes } = space;
  const stacked = node.attributes['stack'] === undefined ? [] : [0];
  return {
    space: {
      extents,
      combine,
      whole: combine.length > 0 ? stacked : axes.map(axis => resultAxes[axis]).filter(axis => axis >= 0),
      movable: extents.map((_, axis) => axis),
    },
    variants: [anyVariant(operands.length)],
    regions: box => {
      const rows = rowBox(space, box);
      return operands.map(type => broadcastRegion(rows, type.shape, full.length));
    },
  };
}

function anyVariant(operands: number): Variant {
  return { name: 'any', result: 'any', operands: new Array<'any'>(operands).fill('any') };
}

/** `box` moved as far to the beginning of all axes as makes no difference to its kernel. */
export function atOrigin(box: Box, { movable = [], inner = [] }: Space): Box {
  const start = box.start.map((at, axis) => (movable.includes(axis) ? 0 : at));
  for (const { axis, from, to, by } of inner) {
    const last = start[axis] + (box.count[axis] - 1) * box.step[axis];
    if (start[axis] >= from && last < to) start[axis] = from + ((start[axis] - from) % by);
  }
  return { ...box, start };
}
