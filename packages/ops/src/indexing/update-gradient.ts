/** The gradient of `update`, for which only the starts are read. */
import type { ValueId } from '@tessera-dnn/graph';
import type { Expander, Gradient } from '@tessera-dnn/graph/op';
import { clamped } from '../define/gradient.ts';

/** Derivatives by `x`, which are zero where the block lies, and by `value`, which are those of the block; none by the starts. */
export const updateGradient: Gradient = ({ build, operands: [x, value, ...starts], upstream }) => {
  const hole = build.constant(build.type(value), 0);
  const { shape } = build.type(x);
  const block = build.type(value).shape;
  const taken = starts.reduce(
    (from, start, axis) =>
      block[axis] === shape[axis]
        ? from
        : takeRun(build, from, axis, clamped(build, start, shape[axis] - block[axis]), block[axis]),
    upstream,
  );
  return [build.op('update', [upstream, hole, ...starts]), taken, ...starts.map(() => undefined)];
};

/** `count` neighbours along an axis, beginning at an index that is known only when the program runs. */
function takeRun(build: Expander, value: ValueId, axis: number, start: ValueId, count: number): ValueId {
  const places = build.op('add', [build.op('iota', [], { shape: [count], axis: 0 }), start]);
  return build.op('gather', [value, places], { axis });
}
