/** Arithmetic of bounds, for what operations say of their results. */
import type { Interval } from '@tessera-dnn/graph/op';
import { hull } from '@tessera-dnn/graph/op';

/** Where x · y lies. A factor of 0 gives 0 beside however large a number, since ∞ stands for numbers without a bound. */
export function productBounds(x: Interval, y: Interval): Interval {
  const corners = x.flatMap(a => y.map(b => (a === 0 || b === 0 ? 0 : a * b)));
  return hull(...corners.map((corner): Interval => [corner, corner]));
}

/** Where means of numbers in x lie, whose rounding may lead a little out of x, but not past zero. */
export function signBounds([least, greatest]: Interval): Interval {
  return [least >= 0 ? 0 : -Infinity, greatest <= 0 ? 0 : Infinity];
}
