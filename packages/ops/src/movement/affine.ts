/** Moves made of one loop per axis. */
import type { Move, MoveLoop } from '@tessera/graph';

/** A loop over an axis of the operand and one of the result; undefined where there is but one turn. */
export function loop(count: number, from: MoveLoop['from'], to: MoveLoop['to']): MoveLoop | undefined {
  return count === 1 ? undefined : from === undefined ? { count, to } : { count, from, to };
}

export function isLoop(candidate: MoveLoop | undefined): candidate is MoveLoop {
  return candidate !== undefined;
}

/** Fills the box of the result from `start` on with one value. */
export function fill(value: number, start: readonly number[], count: readonly number[]): Move {
  const loops = count.map((n, axis) => loop(n, undefined, { axis, step: 1 })).filter(isLoop);
  return { source: { value }, to: start, loops };
}

/** Copies the whole of operand `operand`, of shape `shape`, to the result from `to` on; `axisOf` says along which of its axes. */
export function place(
  operand: number,
  shape: readonly number[],
  to: readonly number[],
  axisOf: (axis: number) => number = axis => axis,
): Move {
  const loops = shape.map((n, axis) => loop(n, { axis, step: 1 }, { axis: axisOf(axis), step: 1 })).filter(isLoop);
  return { source: { operand, start: shape.map(() => 0) }, to, loops };
}
