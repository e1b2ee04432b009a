/** Makes an axis of a plane from the numbers of a sliding window. */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { WindowWalk } from '../define/window.ts';
import { interior } from '../define/window.ts';
import type { Columns, Run } from './cut.ts';
import { cutLine } from './cut.ts';
import type { Border, PlaneAxis, TileRun } from './plane.ts';
import { clipOf, numberOf } from './plane.ts';

/** One spatial axis of a window op. */
export interface AxisNumbers {
  readonly walk: WindowWalk;
  /** Bytes from one position of the input to the next, and from the weights of one tap to those of the next. */
  readonly inputBytes: number;
  readonly weightBytes: number;
  /** The axis of the result; -1 if it has none. */
  readonly result: number;
}

/** The axis with its numbers as fields, its interior cut into tiles for these columns of channels. */
export function planeAxis(k: KernelBuilder, numbers: AxisNumbers, columns: Columns): PlaneAxis {
  const { walk, inputBytes, weightBytes, result } = numbers;
  const [from, to] = interior(walk);
  const clipped = to - from < walk.results;
  return {
    count: numberOf(k, walk.results),
    taps: numberOf(k, walk.taps),
    firstBytes: numberOf(k, walk.first * inputBytes),
    acrossBytes: walk.across * inputBytes,
    across: numberOf(k, walk.across * inputBytes),
    alongBytes: numberOf(k, walk.along * inputBytes),
    weightBytes: walk.taps > 1 ? k.field(weightBytes) : 0,
    clip: clipped ? clipOf(k, walk) : undefined,
    interior: tileRuns(k, from, cutLine(to - from, columns)),
    border: clipped ? borderOf(k, walk.results, from, to) : undefined,
    result: { axis: result, start: 0, step: 1 },
    lines: walk.results,
  };
}

function tileRuns(k: KernelBuilder, from: number, runs: readonly Run[]): readonly TileRun[] {
  let first = from;
  return runs.map(({ width, tiles, group }) => {
    const run = { first: numberOf(k, first), tiles: numberOf(k, tiles), width, group };
    first += width * tiles;
    return run;
  });
}

function borderOf(k: KernelBuilder, results: number, from: number, to: number): Border {
  return { count: numberOf(k, results - (to - from)), low: numberOf(k, from), skip: numberOf(k, to - from) };
}
