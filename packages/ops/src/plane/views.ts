/** Addresses of the elements of an operand. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { ElementType } from '@tessera-dnn/graph';
import { blockAlong, elementBytes } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { registerElement } from '@tessera-dnn/graph/kernel';
import type { View } from '@tessera-dnn/graph/op';

/** What contractions and windows compute with in registers. */
export type NumberElement = 'f32' | 'i32';

/** The type of a register that holds such elements. An `InternalError` for element types that contractions and windows do not compute with. */
export function numberElement(element: ElementType): NumberElement {
  const register = registerElement(element);
  if (register !== 'bool') return register;
  throw new InternalError('kernel', 'contractions and windows do not compute with bool');
}

/** Bytes of one element of the operand in memory. */
export function bytesOf(view: View): number {
  return elementBytes[view.type.element];
}

/** Bytes from one element to the next along an axis; along a blocked axis, from one block to the next. */
export function strideBytes(view: View, axis: number): number {
  return view.strides[axis] * bytesOf(view);
}

/** The address of the element with these coordinates in the tensor. Along a blocked axis it must be the first of a block. */
export function startBytes(k: KernelBuilder, slot: number, view: View, coordinates: readonly number[]): KernelValue {
  return k.add(k.address(slot), k.field(distanceBytes(view, coordinates)));
}

/**
 * Bytes from the first element of a view to the one with these coordinates in the tensor. Along a blocked axis it must be the first of a
 * block; an `InternalError` if it is not.
 */
export function distanceBytes(view: View, coordinates: readonly number[]): number {
  const { region, layout } = view;
  const distance = coordinates.reduce((sum, coordinate, axis) => {
    const at = (coordinate - region.start[axis]) / region.step[axis];
    const size = blockAlong(layout.block, axis)?.size ?? 1;
    return sum + (at / size) * strideBytes(view, axis);
  }, 0);
  if (!Number.isInteger(distance)) throw new InternalError('kernel', 'a vertex begins inside a block');
  return distance;
}

/** Finds the addresses of single elements of a view with any layout. */
export interface Elements {
  /** The address of the element with these positions, which are counted within the region of the view, one for each of its elements. */
  readonly at: (positions: readonly Operand[]) => KernelValue;
}

/** The addresses of the operand in `slot`. Strides are fields, so that vertices with other strides share the code. */
export function elementsOf(k: KernelBuilder, slot: number, view: View): Elements {
  const strides = view.strides.map((_, axis) => k.field(strideBytes(view, axis)));
  const distance = (position: Operand, axis: number): KernelValue => {
    const block = blockAlong(view.layout.block, axis);
    if (block === undefined) return k.mul(position, strides[axis]);
    const whole = k.mul(k.div(position, block.size), strides[axis]);
    return k.add(whole, k.mul(k.rem(position, block.size), block.step * bytesOf(view)));
  };
  return {
    at: positions =>
      positions.reduce<KernelValue>(
        (address, position, axis) => (position === 0 ? address : k.add(address, distance(position, axis))),
        k.address(slot),
      ),
  };
}
