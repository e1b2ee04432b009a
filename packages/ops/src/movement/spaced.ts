/** A tensor with zeros between its elements: what is left of a stride when one goes back through it. */
import type { Expander, ValueId } from '@tessera/graph';
import { part, reshaped } from '../define/gradient.ts';

/**
 * `step[axis] - 1` zeros behind every element along every axis, as far as `extents` go: between neighbours, and up to so many behind the
 * last. A pad of an axis of ones behind each axis, which then are one axis.
 */
export function spaced(build: Expander, value: ValueId, step: readonly number[], extents: readonly number[]): ValueId {
  const { shape } = build.type(value);
  if (extents.every((extent, axis) => extent === shape[axis])) return value;
  const pairs = reshaped(
    build,
    value,
    shape.flatMap(extent => [extent, 1]),
  );
  const padding = step.flatMap(n => [[0, 0] as const, [0, n - 1] as const]);
  const wide = build.op('pad', [pairs], { padding, value: 0 });
  const flat = reshaped(
    build,
    wide,
    shape.map((extent, axis) => extent * step[axis]),
  );
  return part(
    build,
    flat,
    shape.map(() => 0),
    extents,
  );
}
