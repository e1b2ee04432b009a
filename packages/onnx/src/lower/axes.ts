/** Axes as ONNX writes them: counted from the end where they are negative. */
import { refuse } from '../draft/refusal.ts';

/** The axis from 0 on; `rank` is that of the tensor it belongs to. */
export function axisOf(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    refuse(`axis ${axis} is none of a tensor with ${rank} axes`);
  return axis < 0 ? axis + rank : axis;
}

/** Several axes, ascending. */
export function axesOf(axes: readonly number[], rank: number): readonly number[] {
  const found = axes.map(axis => axisOf(axis, rank)).sort((a, b) => a - b);
  if (new Set(found).size < found.length) refuse('an axis is named twice');
  return found;
}

/** What is written out place by place may have so many: a file may say any number. */
const mostPlaces = 2 ** 24;

/** The whole numbers from 0 to below `count`. */
export function upTo(count: number): readonly number[] {
  if (!(count <= mostPlaces)) refuse(`it has ${count} places`);
  return Array.from({ length: count }, (_, i) => i);
}

/** The product of extents. */
export function product(extents: readonly number[]): number {
  return extents.reduce((result, extent) => result * extent, 1);
}
