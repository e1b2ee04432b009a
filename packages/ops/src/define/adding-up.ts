/** How oracles add up. */
import type { ElementType, Round } from '@tessera/graph';
import { isInteger } from './integers.ts';

/**
 * What becomes of a sum on the way to its end: integers wrap at every step; what is real is added in 64 bits, and rounded once where
 * the sum is complete. Kernels add in orders of their own, so none of these is the right one; the exact sum is what all of them are near.
 */
export function onTheWay(element: ElementType, round: Round): Round {
  return isInteger(element) ? round : x => x;
}
