/** Boxes: rectangular, possibly strided sets of indices. */

/** The indices `start[a] + i * step[a]`, `0 <= i < count[a]`, on every axis `a`. */
export interface Box {
  readonly start: readonly number[];
  readonly count: readonly number[];
  readonly step: readonly number[];
}

export function fullBox(shape: readonly number[]): Box {
  return { start: shape.map(() => 0), count: [...shape], step: shape.map(() => 1) };
}

export function boxElements(box: Box): number {
  return box.count.reduce((product, count) => product * count, 1);
}

export function sameBox(a: Box, b: Box): boolean {
  return (
    a.start.length === b.start.length &&
    a.start.every(
      (s, i) => s === b.start[i] && a.count[i] === b.count[i] && (a.count[i] === 1 || a.step[i] === b.step[i]),
    )
  );
}
