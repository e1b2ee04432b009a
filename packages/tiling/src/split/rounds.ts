/**
 * Rounds: a cell does its work part by part, and has only what one part needs of its operands.
 *
 * A part is a box of the cell, of so many elements along some axes of the space. In rounds along a summed axis each adds to what the rounds before
 * have made; in rounds along an axis of the result each makes a piece of it. A cell that is shorter than others is idle in the last rounds.
 */
import type { Box } from '@tessera-dnn/graph';
import { cellBox, type Grid } from '../geometry/grid.ts';

/** An axis of the space, and how many elements along it a cell takes in a round; what is left over takes a round as well. */
export interface RoundAxis {
  readonly axis: number;
  readonly size: number;
}

/** In how many rounds work is done wherever it can be, along an axis that is summed over and along one of the result. */
export interface ForcedRounds {
  readonly summed: number;
  readonly result: number;
}

export type RoundsWanted = 'where needed' | ForcedRounds;

/** The parts of all cells, in the order of rounds; undefined where a cell has none. */
export function roundParts(grid: Grid, axes: readonly RoundAxis[]): readonly (readonly (Box | undefined)[])[] {
  const cells = Array.from({ length: grid.tileOf.length }, (_, cell) => cellBox(grid.cuts, cell));
  let places: readonly (readonly number[])[] = [[]];
  for (const { axis, size } of axes) {
    const longest = cells.reduce((most, { count }) => Math.max(most, count[axis]), 0);
    const turns = Array.from({ length: Math.ceil(longest / size) }, (_, turn) => turn);
    places = places.flatMap(place => turns.map(turn => [...place, turn]));
  }
  return places.map(place => cells.map(cell => partAt(cell, axes, place)));
}

/** The part of `cell` at `place`, one number for each axis of rounds; undefined if the cell ends before it. */
export function partAt(cell: Box, axes: readonly RoundAxis[], place: readonly number[]): Box | undefined {
  const start = [...cell.start];
  const count = [...cell.count];
  for (let i = 0; i < axes.length; i++) {
    const { axis, size } = axes[i];
    const done = place[i] * size;
    if (done >= cell.count[axis]) return undefined;
    start[axis] += done;
    count[axis] = Math.min(size, cell.count[axis] - done);
  }
  return { start, count, step: cell.step };
}
