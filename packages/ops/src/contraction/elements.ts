/** The element types of contractions. */
import type { TensorType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { elementSets } from '../define/elementwise.ts';
import { mixedElements, refusedElement } from '../define/problem.ts';

/** A `type-mismatch` unless both operands are numbers of the same element type. */
export function checkElements(op: string, operands: readonly TensorType[]): Problem | undefined {
  const accepted = elementSets.number;
  const refused = operands.findIndex(type => !accepted.some(element => element === type.element));
  if (refused >= 0) return refusedElement(op, operands, refused, accepted);
  return operands[0].element === operands[1].element ? undefined : mixedElements(op, operands, 0, 1);
}
