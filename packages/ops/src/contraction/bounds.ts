/** What is known of the operands of a contraction when its kernel is chosen. */
import { elementInterval, type Interval, type OpContext } from '@tessera-dnn/graph/op';

/** Between which numbers the elements of operand `i` lie. */
export function operandBounds({ operands, attributes }: OpContext, i: number): Interval {
  const known = attributes['bounds'] as readonly Interval[] | undefined;
  return known?.[i] ?? elementInterval(operands[i].element);
}
