/** Integer arithmetic for the oracles: nothing ever traps. */
import { type IntegerElement, integerRange } from '@tessera-dnn/graph';

/**
 * What becomes of `x`, a whole number of at most 53 bits, as the result of an operation: 32 bits wrap in two's complement, 8 bits hold the
 * nearest number they can, as they do wherever they are stored.
 */
export function asInteger(element: IntegerElement, x: number): number {
  if (element === 'i32') return x | 0;
  const [least, most] = integerRange(element);
  return Math.min(Math.max(x, least), most) + 0;
}

/** ⌊a / b⌋; 0 if `b` is 0, as in NumPy. */
export function floorDivide(a: number, b: number): number {
  return b === 0 ? 0 : Math.floor(a / b);
}

/** a - b·⌊a / b⌋, which has the sign of `b`; 0 if `b` is 0, as in NumPy. */
export function floorRemainder(a: number, b: number): number {
  return b === 0 ? 0 : a - b * Math.floor(a / b);
}
