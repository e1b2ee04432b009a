/** Tensors with zeros between their elements, which the gradients of strided operations need. */
import type { ValueId } from '@tessera-dnn/graph';
import type { Expander } from '@tessera-dnn/graph/op';
import { part, reshaped } from '../define/gradient.ts';

/**
 * `value` with `step[axis] - 1` zeros after each element along every axis; of those after the last, only as many as `extents`, the shape
 * of the result, has room for. It is built by adding an axis of extent 1 after each axis, padding it, and making the two axes one.
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
