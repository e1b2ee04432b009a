/** Addresses of elements in an operand's memory. */
import { InternalError } from '@tessera/diagnostics';
import type { ElementType, KernelBuilder, KernelValue, Operand, View } from '@tessera/graph';
import { registerElement } from '@tessera/graph';

/** Elements that contractions and windows compute with; both take four bytes. */
export type NumberElement = 'f32' | 'i32';

export const numberBytes = 4;

export function numberElement(element: ElementType): NumberElement {
  const register = registerElement(element);
  if (register !== 'bool') return register;
  throw new InternalError('kernel', 'contractions and windows do not compute with bool');
}

/** Bytes between neighbours along an axis; along a blocked axis, between blocks. */
export function strideBytes(view: View, axis: number): number {
  return view.strides[axis] * numberBytes;
}

/** The address of an element given by the tensor's coordinates, which are known; along a blocked axis it must begin a block. */
export function startBytes(k: KernelBuilder, slot: number, view: View, coordinates: readonly number[]): KernelValue {
  return k.add(k.address(slot), k.field(distanceBytes(view, coordinates)));
}

/** Bytes from a view's first element to the one with the tensor's coordinates; along a blocked axis it must begin a block. */
export function distanceBytes(view: View, coordinates: readonly number[]): number {
  const { region, layout } = view;
  const distance = coordinates.reduce((sum, coordinate, axis) => {
    const at = (coordinate - region.start[axis]) / region.step[axis];
    const size = layout.block?.axis === axis ? layout.block.size : 1;
    return sum + (at / size) * strideBytes(view, axis);
  }, 0);
  if (!Number.isInteger(distance)) throw new InternalError('kernel', 'a vertex begins inside a block');
  return distance;
}

/** A view made ready for addressing single elements, whatever its layout. */
export interface Elements {
  /** The address of the element at these positions, counted in elements of the view's region. */
  readonly at: (positions: readonly Operand[]) => KernelValue;
}

export function elementsOf(k: KernelBuilder, slot: number, view: View): Elements {
  const strides = view.strides.map((_, axis) => k.field(strideBytes(view, axis)));
  const { block } = view.layout;
  const distance = (position: Operand, axis: number): KernelValue => {
    if (block?.axis !== axis) return k.mul(position, strides[axis]);
    const whole = k.mul(k.div(position, block.size), strides[axis]);
    return k.add(whole, k.mul(k.rem(position, block.size), numberBytes));
  };
  return {
    at: positions =>
      positions.reduce<KernelValue>(
        (address, position, axis) => (position === 0 ? address : k.add(address, distance(position, axis))),
        k.address(slot),
      ),
  };
}
