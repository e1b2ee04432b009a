/** Intervals in which the elements of a tensor lie, as far as can be told without running the program. */
import type { ElementType } from '../types.ts';
import { integerRange, isInteger } from '../types.ts';

/** From the least to the greatest number, both included; of floats, NaN is not counted. */
export type Interval = readonly [least: number, greatest: number];

/** All numbers that an element type has. */
export function elementInterval(element: ElementType): Interval {
  if (isInteger(element)) return integerRange(element);
  return element === 'bool' ? [0, 1] : [-Infinity, Infinity];
}

/** The least interval that has all of these, one at least, in it. */
export function hull(...intervals: readonly Interval[]): Interval {
  return [Math.min(...intervals.map(([least]) => least)), Math.max(...intervals.map(([, greatest]) => greatest))];
}

/** Whether all of `inner` lies in `outer`. */
export function within([least, greatest]: Interval, outer: Interval): boolean {
  return least >= outer[0] && greatest <= outer[1];
}
