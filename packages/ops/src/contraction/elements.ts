/** The element types of contractions. */
import { type ElementType, elementBytes, isInteger, type TensorType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';
import { elementSets, pickElement } from '../define/element-sets.ts';
import type { Pick } from '../define/pick.ts';
import { mixedElements, refusedElement } from '../define/problem.ts';

/**
 * The element type of the result: that of the operands, and i32 for whole numbers of 8 bits, signed or not, whose sums need it. Otherwise a
 * `type-mismatch`.
 */
export function contractedElement(op: string, operands: readonly TensorType[]): ElementType | Problem {
  const accepted = elementSets.number;
  const refused = operands.findIndex(type => !accepted.some(element => element === type.element));
  if (refused >= 0) return refusedElement(op, operands, refused, accepted);
  const [a, b] = operands.map(({ element }) => element);
  if (isByte(a) && isByte(b)) return 'i32';
  return a === b ? a : mixedElements(op, operands, 0, 1);
}

function isByte(element: ElementType): boolean {
  return isInteger(element) && elementBytes[element] === 1;
}

/** Element types of both operands, for a sample. */
export function contractedElements(pick: Pick): readonly [ElementType, ElementType] {
  const element = pickElement(pick, 'number');
  return [element, isByte(element) ? pick.one(['i8', 'u8']) : element];
}
