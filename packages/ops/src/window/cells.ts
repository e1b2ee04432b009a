/**
 * The input of a pool in cells. A *cell* holds the elements from the beginning of one window to the beginning of the next; if windows
 * overlap, several reach into it. Cells whose windows all exist and lie inside the input are all computed by the same code; `around` gives
 * the rest of a box.
 */
import type { Box } from '@tessera-dnn/graph';
import type { Vertex } from '@tessera-dnn/graph/op';
import type { WindowAxis } from '../define/window.ts';

/** If a cell needs more comparisons, the unrolled code is too long to be worth it. */
const mostComparisons = 48;

/** The cells in a box: for each spatial axis, the index of the window with which the first begins, and how many there are. */
export interface Cells {
  readonly first: readonly number[];
  readonly count: readonly number[];
}

/** The cells in the vertex's box whose windows all lie inside the input; `undefined` if there are none, or if each needs too many comparisons. */
export function cellsInside({ box, context }: Vertex, windows: readonly WindowAxis[]): Cells | undefined {
  const comparisons = windowsOver(windows).reduce((sum, { taps }) => sum + taps.length, 0);
  if (comparisons > mostComparisons) return undefined;
  const first = windows.map((axis, i) => {
    const inBox = Math.ceil((box.start[2 + i] + axis.low) / axis.stride);
    return Math.max(inBox, Math.ceil(axis.low / axis.stride) + earlierWindows(axis));
  });
  const count = windows.map((axis, i) => {
    const { stride, low, taps, input } = axis;
    const inBox = Math.floor((box.start[2 + i] + box.count[2 + i] + low) / stride);
    const inInput = Math.floor((input + low - taps) / stride) + 1;
    return Math.min(inBox, inInput, context.operands[1].shape[2 + i]) - first[i];
  });
  return count.every(cells => cells > 0) ? { first, count } : undefined;
}

/** How many windows that begin before a cell reach into it. */
function earlierWindows({ taps, stride }: WindowAxis): number {
  return Math.ceil(taps / stride) - 1;
}

/**
 * A window that reaches into a cell: how many windows before the cell's own it is, and its taps in order, as places counted from the cell's
 * first element.
 */
export interface WindowOver {
  readonly before: readonly number[];
  /** Only up to the last tap that is in the cell. */
  readonly taps: readonly (readonly number[])[];
}

/** All windows that reach into a cell, in their order. */
export function windowsOver(windows: readonly WindowAxis[]): readonly WindowOver[] {
  const all = combinations(windows.map(axis => earlierWindows(axis) + 1));
  return all.map(index => {
    const before = index.map((at, i) => earlierWindows(windows[i]) - at);
    const taps = combinations(windows.map(axis => axis.taps)).map(tap =>
      tap.map((at, i) => at - before[i] * windows[i].stride),
    );
    return { before, taps: taps.slice(0, taps.findLastIndex(place => isInCell(windows, place)) + 1) };
  });
}

/** Whether a place, counted from the first element of a cell, is in that cell. */
export function isInCell(windows: readonly WindowAxis[], place: readonly number[]): boolean {
  return place.every((at, i) => at >= 0 && at < windows[i].stride);
}

/** All indices below `counts`, with the last axis fastest. */
export function combinations(counts: readonly number[]): readonly (readonly number[])[] {
  return counts.reduce<readonly (readonly number[])[]>(
    (all, count) => all.flatMap(index => Array.from({ length: count }, (_, at) => [...index, at])),
    [[]],
  );
}

/**
 * The parts of the vertex's box outside the cells, as boxes that do not overlap: along each spatial axis the part before the cells and the part
 * after them, which on earlier axes are only as wide as the cells.
 */
export function around({ box }: Vertex, windows: readonly WindowAxis[], cells: Cells | undefined): readonly Box[] {
  if (cells === undefined) return [box];
  const start = [...box.start];
  const count = [...box.count];
  return windows.flatMap(({ stride, low }, i) => {
    const axis = 2 + i;
    const [from, end] = [start[axis], start[axis] + count[axis]];
    const inner = cells.first[i] * stride - low;
    const behind = inner + cells.count[i] * stride;
    const part = (at: number, length: number): readonly Box[] =>
      length === 0 ? [] : [{ start: start.with(axis, at), count: count.with(axis, length), step: box.step }];
    const parts = [...part(from, inner - from), ...part(behind, end - behind)];
    start[axis] = inner;
    count[axis] = behind - inner;
    return parts;
  });
}
