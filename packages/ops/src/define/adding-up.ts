/** How the oracles of sums round on the way. */
import type { ElementType } from '@tessera-dnn/graph';
import type { Round } from '@tessera-dnn/graph/op';
import { isInteger } from './integers.ts';

/**
 * What an oracle does to a sum after each term: integers wrap; floats stay as they are, added in 64 bits, and are rounded once where the
 * sum is complete. Kernels add in different orders, none of which is the right one; all their results lie near the exact sum.
 */
export function onTheWay(element: ElementType, round: Round): Round {
  return isInteger(element) ? round : x => x;
}
