/**
 * Streams: where an operand or the result of a vertex lies, seen from the axes of an iteration box.
 *
 * A stream has one byte stride per axis of the box; 0 where the operand is broadcast. Structural kernels are written over streams
 * alone, so they work with any strides.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Box } from '../box.ts';
import type { View } from '../op/vertex.ts';
import { elementBytes } from '../types.ts';
import { type RegisterElement, registerElement } from './code.ts';

export interface Stream {
  readonly slot: number;
  /** What a register holds of an element. */
  readonly element: RegisterElement;
  /** Bytes of one element in memory. */
  readonly bytes: number;
  /** From the slot's address to the element at the box's first coordinates. */
  readonly startBytes: number;
  /** Bytes from one element to the next along each axis. */
  readonly strides: readonly number[];
}

/** The elements of a view in memory, along its own axes. */
export interface ViewBytes {
  /** What a register holds of an element. */
  readonly element: RegisterElement;
  /** Bytes of one element in memory. */
  readonly bytes: number;
  /** Bytes from one coordinate to the next along each axis. */
  readonly strides: readonly number[];
}

/** The bytes of the view in `slot`, which must not be blocked. */
export function viewBytes(slot: number, { type, region, layout, strides }: View): ViewBytes {
  if (layout.block !== undefined)
    throw new InternalError('kernel', 'a strided operand cannot be blocked', `slot ${slot}`);
  const bytes = elementBytes[type.element];
  return {
    element: registerElement(type.element),
    bytes,
    strides: strides.map((stride, axis) => (stride / region.step[axis]) * bytes),
  };
}

/** Elements from the first of a view's region to the one at these coordinates, counted in memory. */
export function elementsTo({ region, strides }: View, coordinates: readonly number[]): number {
  return coordinates.reduce(
    (sum, at, axis) => sum + ((at - region.start[axis]) / region.step[axis]) * strides[axis],
    0,
  );
}

/**
 * The stream of `view` over `box`, whose axes are those of a result of the same or a higher rank: axes are aligned at the end, and
 * axes of extent 1 are broadcast, as in NumPy.
 */
export function streamOf(slot: number, view: View, box: Box): Stream {
  const { element, bytes, strides: own } = viewBytes(slot, view);
  const { shape } = view.type;
  const skipped = box.count.length - shape.length;
  const first = shape.map((extent, axis) => (extent === 1 ? 0 : box.start[axis + skipped]));
  const strides = box.count.map((_, axis) => (axis < skipped || shape[axis - skipped] === 1 ? 0 : own[axis - skipped]));
  return { slot, element, bytes, startBytes: elementsTo(view, first) * bytes, strides };
}
