/** The gradient of a slice. */
import type { ValueId } from '@tessera-dnn/graph';
import type { Expander, Gradient } from '@tessera-dnn/graph/op';
import type { SliceAttributes } from './slice-attributes.ts';
import { spaced } from './spaced.ts';

/** A tensor of the operand's shape: the derivatives at the places that the slice has read, and zeros everywhere else. */
export const sliceGradient: Gradient<SliceAttributes> = ({ build, operands: [x], upstream, attributes }) => {
  const { count } = attributes;
  const step = attributes.step.map(Math.abs);
  const start = attributes.start.map((first, axis) =>
    Math.min(first, first + (count[axis] - 1) * attributes.step[axis]),
  );
  const shape = count.map((n, axis) => (n - 1) * step[axis] + 1);
  const apart = spaced(build, forwards(build, upstream, attributes), step, shape);
  const padding = build.type(x).shape.map((extent, axis) => [start[axis], extent - start[axis] - shape[axis]] as const);
  const inPlace = padding.every(([before, after]) => before === 0 && after === 0);
  return [inPlace ? apart : build.op('pad', [apart], { padding, value: 0 })];
};

/** `value` with those axes reversed along which the slice has a negative step. */
function forwards(build: Expander, value: ValueId, { count, step }: SliceAttributes): ValueId {
  if (step.every(n => n > 0)) return value;
  return build.op('slice', [value], {
    start: count.map((n, axis) => (step[axis] < 0 ? n - 1 : 0)),
    count,
    step: step.map(n => (n < 0 ? -1 : 1)),
  });
}
