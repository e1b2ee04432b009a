/** Integer arithmetic for the oracles: two's complement with the width of the element type; nothing ever traps. */
import type { ElementType } from '@tessera-dnn/graph';

/** The element types of whole numbers. */
export type IntegerElement = 'i32' | 'i8' | 'u8';

/** Whether elements of this type are whole numbers; truth values are not. */
export function isInteger(element: ElementType): element is IntegerElement {
  return element === 'i32' || element === 'i8' || element === 'u8';
}

/** `x`, a whole number of at most 53 bits, wrapped to the width of the element type. */
export function wrap(element: ElementType, x: number): number {
  switch (element) {
    case 'i8':
      return (x << 24) >> 24;
    case 'u8':
      return x & 0xff;
    default:
      return x | 0;
  }
}

/** The smallest and the largest value of an integer element. */
export function integerRange(element: IntegerElement): readonly [number, number] {
  switch (element) {
    case 'i8':
      return [-128, 127];
    case 'u8':
      return [0, 255];
    case 'i32':
      return [-(2 ** 31), 2 ** 31 - 1];
  }
}

/** ⌊a / b⌋; 0 if `b` is 0, as in NumPy. */
export function floorDivide(a: number, b: number): number {
  return b === 0 ? 0 : Math.floor(a / b);
}

/** a - b·⌊a / b⌋, which has the sign of `b`; 0 if `b` is 0, as in NumPy. */
export function floorRemainder(a: number, b: number): number {
  return b === 0 ? 0 : a - b * Math.floor(a / b);
}
