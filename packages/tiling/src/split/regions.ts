/** What a box of any node's result needs of its operands: the op's own regions, those of the structural ops, and those of epilogues. */
import { InternalError } from '@tessera/diagnostics';
import {
  type Box,
  type Node,
  type OpContext,
  type OpTable,
  type Overwrite,
  rowBox,
  rowMajor,
  rowSpace,
  type Space,
  sameShape,
  type TensorType,
  type Variant,
} from '@tessera/graph';

/** One node as tiling sees it: its space, its variants, and what a box needs. */
export interface Work {
  readonly node: Node;
  readonly context: OpContext;
  readonly space: Space;
  readonly variants: readonly Variant[];
  /** Operands of the op itself; the rest belong to the epilogue. */
  readonly ownOperands: number;
  /** The boxes of all operands, in order. `box` is of the space. */
  readonly regions: (box: Box) => readonly Box[];
  /** Operands (by index) whose memory the result may take, element by element. */
  readonly overwritable: readonly number[];
  /** Operands that a whole result, computed in order by one worker, may lie behind. */
  readonly inOrder: readonly Overwrite[];
}

/** Undefined for leaves and movement ops. */
export function workOf(node: Node, operands: readonly TensorType[], table: OpTable): Work | undefined {
  const own = node.epilogue?.firstOperand ?? operands.length;
  const base = node.epilogue?.base ?? node.type;
  const context: OpContext = { operands: operands.slice(0, own), attributes: node.attributes, result: base };
  const epilogueRegions = (box: Box) =>
    operands.slice(own).map(type => broadcastRegion(box, type.shape, base.shape.length));
  const def = table.find(node.op);
  if (def?.kind === 'kernel') {
    const rank = base.shape.length;
    const overwrites = def.overwrites(context);
    const overwritten = overwrites.filter(o => o.distanceBytes === 0 && !o.inOrder).map(o => o.operand);
    const epilogueOperands = operands.map((_, i) => i).slice(own);
    return {
      node,
      context,
      space: def.space(context),
      variants: def.variants(context),
      ownOperands: own,
      regions: box => [...def.regions(context, box), ...epilogueRegions(resultPart(box, rank))],
      overwritable: [...overwritten, ...epilogueOperands],
      inOrder: overwrites.filter(o => o.inOrder),
    };
  }
  if (node.op === 'row') return rowWork(node, context, operands, own, epilogueRegions);
  if (node.op === 'map' || def?.kind === 'elementwise') {
    const rank = base.shape.length;
    return {
      node,
      context,
      space: { extents: base.shape, combine: [], movable: base.shape.map((_, axis) => axis) },
      variants: [anyVariant(operands.length)],
      ownOperands: own,
      regions: box => operands.map(type => broadcastRegion(box, type.shape, rank)),
      overwritable: operands.map((_, i) => i),
      inOrder: [],
    };
  }
  if (def === undefined && !['input', 'variable', 'constant'].includes(node.op)) {
    throw new InternalError('tile', 'unknown op', node.op);
  }
  return undefined;
}

/** A sum with work before it if the row ends in its one reduction; else its axes stay whole. */
function rowWork(
  node: Node,
  context: OpContext,
  operands: readonly TensorType[],
  own: number,
  epilogueRegions: (box: Box) => readonly Box[],
): Work {
  const rank = context.result.shape.length;
  const space = rowSpace(node, context.result);
  const { axes, full, extents, combine, resultAxes } = space;
  const stacked = node.attributes['stack'] === undefined ? [] : [0];
  return {
    node,
    context,
    space: {
      extents,
      combine,
      whole: combine.length > 0 ? stacked : axes.map(axis => resultAxes[axis]).filter(axis => axis >= 0),
      movable: extents.map((_, axis) => axis),
    },
    variants: [anyVariant(operands.length)],
    ownOperands: own,
    regions: box => {
      const rows = rowBox(space, box);
      return [
        ...operands.slice(0, own).map(type => broadcastRegion(rows, type.shape, full.length)),
        ...epilogueRegions(resultPart(box, rank)),
      ];
    },
    // What a row kernel keeps in its result between passes it keeps only where no later pass reads an operand of the full shape.
    overwritable: operands.flatMap((type, i) => (combine.length === 0 && sameShape(type.shape, full) ? [i] : [])),
    inOrder: [],
  };
}

function anyVariant(operands: number): Variant {
  return { name: 'any', result: 'any', operands: new Array<'any'>(operands).fill('any') };
}

/** `box` moved to the beginning of all axes along which that makes no difference to its kernel. */
export function atOrigin(box: Box, { movable = [] }: Space): Box {
  return { ...box, start: box.start.map((start, axis) => (movable.includes(axis) ? 0 : start)) };
}

/** The result axes of a box of the space. */
export function resultPart(box: Box, rank: number): Box {
  return { start: box.start.slice(0, rank), count: box.count.slice(0, rank), step: box.step.slice(0, rank) };
}

/** The part of an operand of `shape` that broadcasts onto `box` of a tensor of rank `rank` (NumPy: aligned at the last axis). */
export function broadcastRegion(box: Box, shape: readonly number[], rank: number): Box {
  const shift = rank - shape.length;
  return {
    start: shape.map((extent, axis) => (extent === 1 ? 0 : box.start[axis + shift])),
    count: shape.map((extent, axis) => (extent === 1 ? 1 : box.count[axis + shift])),
    step: shape.map((extent, axis) => (extent === 1 ? 1 : box.step[axis + shift])),
  };
}

/** The layout order an operand of rank `rank` takes beside a result in `order`: the same order, axes aligned at the last. */
export function alignedOrder(order: readonly number[], resultRank: number, rank: number): readonly number[] {
  if (rank > resultRank) return rowMajor(rank).order;
  const shift = resultRank - rank;
  return order.filter(axis => axis >= shift).map(axis => axis - shift);
}
