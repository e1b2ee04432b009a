/** The gradient of a reduction whose result is one of the elements: of equal ones, the first gets all of it. */
import type { ValueId } from '@tessera-dnn/graph';
import { elementCount } from '@tessera-dnn/graph';
import type { Expander, Gradient } from '@tessera-dnn/graph/op';
import { arithmetic, kept, reshaped, zero } from '../define/gradient.ts';
import type { ReductionAxes } from './space.ts';

/** The gradient of `max` or `min`. It finds the element again in the operand, by `argmax` or `argmin`. */
export function toFirst(pick: 'argmax' | 'argmin'): Gradient<ReductionAxes> {
  return ({ build, operands: [x], upstream, attributes: { axes } }) => {
    const { shape } = build.type(x);
    const { where, compare } = arithmetic(build);
    if (axes.length === 0) return [upstream];
    const chosen = kept(build, placeInRow(build, pick, x, axes), shape, axes);
    const picked = compare('eq', placesOfRow(build, shape, axes), chosen);
    return [where(picked, kept(build, upstream, shape, axes), zero)];
  };
}

/**
 * For each row (the elements that are reduced to one result) the number of the chosen element in it, row-major over the reduced axes; i32,
 * of the shape of the kept axes.
 */
function placeInRow(build: Expander, pick: string, x: ValueId, axes: readonly number[]): ValueId {
  const { shape } = build.type(x);
  if (axes.length === 1) return build.op(pick, [x], { axes, keep: false });
  const others = shape.map((_, axis) => axis).filter(axis => !axes.includes(axis));
  const order = [...others, ...axes];
  const last = order.every((axis, i) => axis === i) ? x : build.op('transpose', [x], { axes: order });
  const rows = others.map(axis => shape[axis]);
  const flat = reshaped(build, last, [...rows, elementCount(axes.map(axis => shape[axis]))]);
  return build.op(pick, [flat], { axes: [rows.length], keep: false });
}

/** The numbers of the elements in their rows, in a shape in which the axes that are not reduced have extent 1. */
function placesOfRow(build: Expander, shape: readonly number[], axes: readonly number[]): ValueId {
  const extents = axes.map(axis => shape[axis]);
  const numbers = build.op('iota', [], { shape: [elementCount(extents)], axis: 0 });
  return reshaped(
    build,
    numbers,
    shape.map((extent, axis) => (axes.includes(axis) ? extent : 1)),
  );
}
