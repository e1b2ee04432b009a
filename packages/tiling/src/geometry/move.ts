/**
 * Movement that takes a copy: the copies of one move, cut along the cells of both homes.
 *
 * A move is a nest of loops, each walking along one axis of the operand and one of the result; several loops may walk along the same axis
 * with different steps (a reshape). Restricting a nest to an interval of an axis gives nests again: a range of turns of the axis's only
 * loop, or, of a mixed-radix axis, a ragged head, whole middle turns and a ragged tail of the longest loop. So each copy ends up
 * inside one cell of the operand and one cell of the result, where addresses are affine.
 */
import { blockAlong } from '@tessera-dnn/graph';
import type { Move } from '@tessera-dnn/graph/op';
import { cellIndex, partOf } from './grid.ts';
import type { CellView, Home } from './home.ts';
import { type Nest, normalise } from './nest.ts';

interface Walk {
  readonly count: number;
  /** Axis and step on the operand's side; axis -1: it stays. */
  readonly fromAxis: number;
  readonly fromStep: number;
  readonly toAxis: number;
  readonly toStep: number;
}

interface Walks {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly loops: readonly Walk[];
}

type Side = 'from' | 'to';

/** One copy between two cells (`from` is -1 for a fill with `value`). */
export interface CellCopy {
  readonly fromCell: number;
  readonly toCell: number;
  readonly nest: Nest;
  readonly value: number | undefined;
}

/**
 * The copies that carry `move` from `source` to `target`, in elements of `bytes` bytes; without a source (a fill with a constant) only the
 * target cuts.
 */
export function moveCopies(move: Move, source: Home | undefined, target: Home, bytes: number): CellCopy[] {
  const loops = move.loops.map(l => ({
    count: l.count,
    fromAxis: l.from?.axis ?? -1,
    fromStep: l.from?.step ?? 0,
    toAxis: l.to.axis,
    toStep: l.to.step,
  }));
  const value = 'value' in move.source ? move.source.value : undefined;
  const from = 'operand' in move.source ? move.source.start : [];
  let pieces: Walks[] = [{ from, to: move.to, loops }];
  pieces = cutAll(pieces, 'to', target);
  if (source && value === undefined) {
    // A reversed slice walks down its operand. What cuts an axis walks up; what writes does so again.
    pieces = cutAll(
      pieces.map(piece => upwards(piece, 'from')),
      'from',
      source,
    ).map(piece => upwards(piece, 'to'));
  }
  return pieces.map(piece => {
    const toCell = cellAt(target, piece.to);
    const fromCell = source && value === undefined ? cellAt(source, piece.from) : -1;
    const to = target.cell(toCell);
    const nest = affineNest(piece, fromCell < 0 ? undefined : source?.cell(fromCell), to, bytes);
    return { fromCell, toCell, nest, value };
  });
}

function cellAt(home: Home, at: readonly number[]): number {
  return cellIndex(
    home.grid.cuts,
    at.map((index, axis) => partOf(home.grid.cuts[axis], index)),
  );
}

/** Cuts at every boundary of the home's grid, and at the block boundaries of a blocked axis. */
function cutAll(pieces: readonly Walks[], side: Side, home: Home): Walks[] {
  let result = [...pieces];
  for (let axis = 0; axis < home.type.shape.length; axis++) {
    const block = blockAlong(home.layout?.block, axis);
    const boundaries = block ? withBlocks(home.grid.cuts[axis], block.size) : home.grid.cuts[axis];
    if (boundaries.length > 2) result = result.flatMap(piece => cutAxis(piece, side, axis, boundaries));
  }
  return result;
}

function withBlocks(cuts: readonly number[], size: number): number[] {
  const boundaries: number[] = [];
  for (let i = 0; i + 1 < cuts.length; i++) for (let at = cuts[i]; at < cuts[i + 1]; at += size) boundaries.push(at);
  boundaries.push(cuts[cuts.length - 1]);
  return boundaries;
}

function cutAxis(piece: Walks, side: Side, axis: number, boundaries: readonly number[]): Walks[] {
  const [low, high] = reach(piece, side, axis);
  const result: Walks[] = [];
  for (let part = partOf(boundaries, low); part + 1 < boundaries.length && boundaries[part] <= high; part++) {
    restrict(piece, side, { axis, low: boundaries[part], high: boundaries[part + 1] }, result);
  }
  return result;
}

const axisOf = (loop: Walk, side: Side) => (side === 'from' ? loop.fromAxis : loop.toAxis);
const stepOf = (loop: Walk, side: Side) => (side === 'from' ? loop.fromStep : loop.toStep);

/** The smallest and largest index the piece touches along an axis. */
function reach(piece: Walks, side: Side, axis: number): [number, number] {
  let high = piece[side][axis];
  for (const loop of piece.loops) if (axisOf(loop, side) === axis) high += (loop.count - 1) * stepOf(loop, side);
  return [piece[side][axis], high];
}

/** Indices along an axis, in `[low, high)`. */
interface Range {
  readonly axis: number;
  readonly low: number;
  readonly high: number;
}

/** Adds to `result` the parts of `piece` whose index lies in the range. */
function restrict(piece: Walks, side: Side, range: Range, result: Walks[]): void {
  const { axis, low, high } = range;
  const [first, last] = reach(piece, side, axis);
  if (last < low || first >= high) return;
  if (first >= low && last < high) {
    result.push(piece);
    return;
  }
  const longest = longestLoop(piece, side, axis);
  const loop = piece.loops[longest];
  const step = stepOf(loop, side);
  const span = last - (loop.count - 1) * step - first;
  const firstTurn = Math.max(0, Math.floor((low - first - span + step - 1) / step));
  const endTurn = Math.min(loop.count, Math.floor((high - 1 - first) / step) + 1);
  const wholeFrom = Math.max(firstTurn, Math.ceil((low - first) / step));
  const wholeTo = Math.max(wholeFrom, Math.min(endTurn, Math.floor((high - 1 - first - span) / step) + 1));
  for (let turn = firstTurn; turn < Math.min(wholeFrom, endTurn); turn++)
    restrict(turns(piece, longest, turn, 1), side, range, result);
  if (wholeTo > wholeFrom) result.push(turns(piece, longest, wholeFrom, wholeTo - wholeFrom));
  for (let turn = Math.max(wholeTo, Math.min(wholeFrom, endTurn)); turn < endTurn; turn++) {
    restrict(turns(piece, longest, turn, 1), side, range, result);
  }
}

function longestLoop(piece: Walks, side: Side, axis: number): number {
  let longest = -1;
  piece.loops.forEach((loop, i) => {
    const walks = axisOf(loop, side) === axis && loop.count > 1;
    if (walks && (longest < 0 || stepOf(loop, side) > stepOf(piece.loops[longest], side))) longest = i;
  });
  return longest;
}

/** The same copies, with every loop that walks down on `side` taken from its other end. */
function upwards(piece: Walks, side: Side): Walks {
  return piece.loops.reduce((walks, loop, index) => {
    if (stepOf(loop, side) >= 0) return walks;
    const { from, to, loops } = turns(walks, index, loop.count - 1, loop.count);
    const turned = { ...loop, fromStep: -loop.fromStep, toStep: -loop.toStep };
    return { from, to, loops: loops.map((l, i) => (i === index ? turned : l)) };
  }, piece);
}

/** `piece` with only the turns `[first, first + count)` of one loop. */
function turns(piece: Walks, index: number, first: number, count: number): Walks {
  const loop = piece.loops[index];
  const from = [...piece.from];
  const to = [...piece.to];
  if (loop.fromAxis >= 0) from[loop.fromAxis] += first * loop.fromStep;
  to[loop.toAxis] += first * loop.toStep;
  return { from, to, loops: piece.loops.map((l, i) => (i === index ? { ...l, count } : l)) };
}

function affineNest(piece: Walks, source: CellView | undefined, target: CellView, bytes: number): Nest {
  const loops = piece.loops.map(l => ({
    count: l.count,
    from: source && l.fromAxis >= 0 ? l.fromStep * stepStride(source, l.fromAxis) * bytes : 0,
    to: l.toStep * stepStride(target, l.toAxis) * bytes,
  }));
  return {
    from: source ? placeOf(source, piece.from) * bytes : 0,
    to: placeOf(target, piece.to) * bytes,
    loops: normalise(loops),
    elements: loops.reduce((n, l) => n * l.count, 1),
  };
}

/** Along a blocked axis, a piece lies within one block. */
function stepStride(view: CellView, axis: number): number {
  return blockAlong(view.block, axis)?.step ?? view.strides[axis];
}

function placeOf(view: CellView, at: readonly number[]): number {
  return at.reduce((place, index, axis) => {
    const inside = index - view.box.start[axis];
    const block = blockAlong(view.block, axis);
    if (block === undefined) return place + inside * view.strides[axis];
    return place + Math.floor(inside / block.size) * view.strides[axis] + (inside % block.size) * block.step;
  }, view.offset);
}
