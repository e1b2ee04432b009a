/**
 * Streams: where an operand or the result of a vertex lies, seen from the axes of an iteration box.
 *
 * A stream has one byte stride per axis of the box; 0 where the operand is broadcast. Structural kernels are written over streams
 * alone, so they work with any strides.
 */
import { InternalError } from '@tessera/diagnostics';
import type { Box } from '../box.ts';
import type { View } from '../op/vertex.ts';
import type { ElementType } from '../types.ts';
import { elementBytes } from '../types.ts';

/** The element types registers hold. */
export type RegisterElement = 'f32' | 'i32' | 'bool';

export interface Stream {
  readonly slot: number;
  readonly element: RegisterElement;
  /** Bytes of one element: 4, or 1 for `bool`. */
  readonly bytes: number;
  /** From the slot's address to the element at the box's first coordinates. */
  readonly startBytes: number;
  /** Bytes from one element to the next along each axis. */
  readonly strides: readonly number[];
}

/** The register type of an element type. */
export function registerElement(element: ElementType): RegisterElement {
  if (element === 'f32' || element === 'i32' || element === 'bool') return element;
  throw new InternalError('kernel', `kernels have no registers for ${element}`);
}

/** The elements of a view in memory, along its own axes. */
export interface ViewBytes {
  readonly element: RegisterElement;
  /** Bytes of one element. */
  readonly bytes: number;
  /** Bytes from one coordinate to the next along each axis. */
  readonly strides: readonly number[];
}

/** The bytes of the view in `slot`, which must not be blocked. */
export function viewBytes(slot: number, { type, region, layout, strides }: View): ViewBytes {
  if (layout.block !== undefined)
    throw new InternalError('kernel', 'a strided operand cannot be blocked', `slot ${slot}`);
  const element = registerElement(type.element);
  const bytes = elementBytes[element];
  return { element, bytes, strides: strides.map((stride, axis) => (stride / region.step[axis]) * bytes) };
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
