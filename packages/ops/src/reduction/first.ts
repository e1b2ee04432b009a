/** The gradient of a reduction that picks one element of a row: all of it goes to the first of those that it might have picked. */
import type { Expander, Gradient, ValueId } from '@tessera/graph';
import { elementCount } from '@tessera/graph';
import { arithmetic, kept, reshaped, zero } from '../define/gradient.ts';
import type { ReductionAxes } from './space.ts';

/** Reads the operand again, to find by `pick` where the first one stood. */
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

/** Per row, the number of the chosen element, counted over the reduced axes in their order: `i32` of the kept axes. */
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

/** The same numbering of the elements themselves, over the reduced axes alone; other axes have extent 1. */
function placesOfRow(build: Expander, shape: readonly number[], axes: readonly number[]): ValueId {
  const extents = axes.map(axis => shape[axis]);
  const numbers = build.op('iota', [], { shape: [elementCount(extents)], axis: 0 });
  return reshaped(
    build,
    numbers,
    shape.map((extent, axis) => (axes.includes(axis) ? extent : 1)),
  );
}
