/** Boxes: rectangular, possibly strided sets of indices. */
import { elementCount } from './types.ts';

/** The indices `start[a] + i * step[a]`, `0 <= i < count[a]`, on every axis `a`. */
export interface Box {
  readonly start: readonly number[];
  readonly count: readonly number[];
  readonly step: readonly number[];
}

/** All of a tensor of this shape, in steps of 1. */
export function fullBox(shape: readonly number[]): Box {
  return { start: shape.map(() => 0), count: [...shape], step: shape.map(() => 1) };
}

/** How many elements the box has; the box of a scalar has one. */
export function boxElements(box: Box): number {
  return elementCount(box.count);
}

/** Whether two boxes hold the same elements. Where an axis has only one, its step does not matter. */
export function sameBox(a: Box, b: Box): boolean {
  return (
    a.start.length === b.start.length &&
    a.start.every(
      (s, i) => s === b.start[i] && a.count[i] === b.count[i] && (a.count[i] === 1 || a.step[i] === b.step[i]),
    )
  );
}

/** The result axes of a box of the space: they come first. */
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
