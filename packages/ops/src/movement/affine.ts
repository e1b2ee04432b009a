/** Makes moves that have one loop for each axis. */
import type { Move, MoveLoop } from '@tessera-dnn/graph/op';

/** A loop of `count` turns over an axis of the operand (none for a constant) and one of the result; `undefined` for a single turn. */
export function loop(count: number, from: MoveLoop['from'], to: MoveLoop['to']): MoveLoop | undefined {
  return count === 1 ? undefined : from === undefined ? { count, to } : { count, from, to };
}

/** For filtering out the loops of a single turn, which `loop` leaves out. */
export function isLoop(candidate: MoveLoop | undefined): candidate is MoveLoop {
  return candidate !== undefined;
}

/** The move that fills the box of the result with this start and these extents with one value. */
export function fill(value: number, start: readonly number[], count: readonly number[]): Move {
  const loops = count.map((n, axis) => loop(n, undefined, { axis, step: 1 })).filter(isLoop);
  return { source: { value }, to: start, loops };
}

/** The move that copies a whole operand, of `shape`, to the result from index `to` on. `axisOf` maps its axes to those of the result. */
export function place(
  operand: number,
  shape: readonly number[],
  to: readonly number[],
  axisOf: (axis: number) => number = axis => axis,
): Move {
  const loops = shape.map((n, axis) => loop(n, { axis, step: 1 }, { axis: axisOf(axis), step: 1 })).filter(isLoop);
  return { source: { operand, start: shape.map(() => 0) }, to, loops };
}
