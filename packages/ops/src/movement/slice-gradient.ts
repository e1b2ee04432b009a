/** The gradient of a slice: its elements back at their places, zeros everywhere else. */
import type { Expander, Gradient, ValueId } from '@tessera/graph';
import { part, reshaped } from '../define/gradient.ts';
import type { SliceAttributes } from './slice.ts';

export const sliceGradient: Gradient<SliceAttributes> = ({ build, operands: [x], upstream, attributes }) => {
  const { count } = attributes;
  const step = attributes.step.map(Math.abs);
  const start = attributes.start.map((first, axis) =>
    Math.min(first, first + (count[axis] - 1) * attributes.step[axis]),
  );
  const apart = spaced(build, forwards(build, upstream, attributes), step);
  const { shape } = build.type(apart);
  const padding = build.type(x).shape.map((extent, axis) => [start[axis], extent - start[axis] - shape[axis]] as const);
  const inPlace = padding.every(([before, after]) => before === 0 && after === 0);
  return [inPlace ? apart : build.op('pad', [apart], { padding, value: 0 })];
};

/** Axes that were walked backwards, turned round. */
function forwards(build: Expander, value: ValueId, { count, step }: SliceAttributes): ValueId {
  if (step.every(n => n > 0)) return value;
  return build.op('slice', [value], {
    start: count.map((n, axis) => (step[axis] < 0 ? n - 1 : 0)),
    count,
    step: step.map(n => (n < 0 ? -1 : 1)),
  });
}

/** `step - 1` zeros between neighbours of every axis: behind each element, but for the last. */
function spaced(build: Expander, value: ValueId, step: readonly number[]): ValueId {
  const { shape } = build.type(value);
  if (step.every((n, axis) => n === 1 || shape[axis] === 1)) return value;
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
    shape.map((extent, axis) => (extent - 1) * step[axis] + 1),
  );
}
