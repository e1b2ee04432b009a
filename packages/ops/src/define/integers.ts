/** Integer arithmetic of the oracles: two's complement of the element's width, nothing ever traps. */
import type { ElementType } from '@tessera/graph';

/** The elements that hold whole numbers. */
export type IntegerElement = 'i32' | 'i8' | 'u8';

export function isInteger(element: ElementType): element is IntegerElement {
  return element === 'i32' || element === 'i8' || element === 'u8';
}

/** `x`, a whole number of at most 53 bits, modulo the element's width. */
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

/** Floor division; by zero gives zero, as NumPy's. */
export function floorDivide(a: number, b: number): number {
  return b === 0 ? 0 : Math.floor(a / b);
}

/** The remainder with the divisor's sign; by zero gives zero, as NumPy's. */
export function floorRemainder(a: number, b: number): number {
  return b === 0 ? 0 : a - b * Math.floor(a / b);
}
