/** How the oracles of sums round on the way: in 32 bits, whatever the elements have where they are stored. */
import { type ElementType, isInteger, roundingOf, wideElement } from '@tessera-dnn/graph';
import type { Round } from '@tessera-dnn/graph/op';

/**
 * What an oracle does to a sum after each term: integers wrap; floats stay as they are, added in 64 bits, and are rounded once where the
 * sum is complete. Kernels add in different orders, none of which is the right one; all their results lie near the exact sum.
 */
export function onTheWay(element: ElementType, round: Round): Round {
  return isInteger(element) ? round : x => x;
}

/** What an oracle does to the terms of a sum and to all else that kernels have in registers. `round` is that of the result. */
export function ofTerms(element: ElementType, round: Round): Round {
  const exact = round(1 + 2 ** -40) !== 1 && !isInteger(element);
  return roundingOf(wideElement(element), exact ? x => x : Math.fround);
}
