/**
 * Between which numbers the result of an op lies, given between which its operands do: what the op says of itself, as its type can hold it.
 *
 * A float may be stored in 16 bits later on. Its bounds are rounded outwards to numbers that every float type has: rounding to the nearest is
 * monotone, so it leads past none of them. Integers of 8 bits saturate, so their bounds are cut to their type; those of 32 bits wrap, so that
 * anything may come of bounds beyond it.
 */
import type { Attributes } from '../graph.ts';
import { type ElementType, isFloat } from '../types.ts';
import { elementInterval, hull, type Interval, within } from './interval.ts';
import type { OpDef } from './op.ts';

/** A call, by what is known of its operands. */
export interface BoundedCall {
  readonly operands: readonly Interval[];
  readonly attributes: Attributes;
  /** The element types of the operands and of the result. */
  readonly elements: readonly ElementType[];
  readonly element: ElementType;
}

/** An interval that has all elements of a result in it, but for NaN. */
export function resultBounds(def: OpDef, { operands, attributes, elements, element }: BoundedCall): Interval {
  if (def.bounds !== undefined) return heldBounds(def.bounds(operands, attributes, elements), element);
  const moved = def.kind === 'movement' && operands.length > 0;
  return moved ? heldBounds(hull(...operands), element) : elementInterval(element);
}

/** Where numbers between these bounds lie once an element type holds them. */
export function heldBounds([least, greatest]: Interval, element: ElementType): Interval {
  const range = elementInterval(element);
  if (Number.isNaN(least) || Number.isNaN(greatest)) return range;
  if (isFloat(element)) return [-outwards(-least), outwards(greatest)];
  if (within([least, greatest], range)) return [least, greatest];
  if (element === 'i32') return range;
  return [Math.min(Math.max(least, range[0]), range[1]), Math.min(Math.max(greatest, range[0]), range[1])];
}

/** The least number not below x, of 8 digits and f16's exponents, or infinity beyond a large one. */
function outwards(x: number): number {
  if (x === 0 || x > 2 ** 15) return x === 0 ? 0 : Infinity;
  if (x < -(2 ** 15)) return -(2 ** 15);
  const digit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -14) - 7);
  return Math.ceil(x / digit) * digit + 0;
}
