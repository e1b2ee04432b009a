/**
 * Streams: where an operand or the result of a vertex lies, seen from the axes of an iteration box.
 *
 * A stream has one byte stride per axis of the box; 0 where the operand is broadcast. Structural kernels are written over streams
 * alone, so they work with any strides.
 */
import { InternalError } from '@tessera/diagnostics';
import type { Box } from '../box.ts';
import type { KernelType } from '../kernel/code.ts';
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

export function scalarType(stream: Stream): KernelType {
  return stream.element;
}

/**
 * The stream of `view` over `box`, whose axes are those of a result of the same or a higher rank: axes are aligned at the end, and
 * axes of extent 1 are broadcast, as in NumPy.
 */
export function streamOf(slot: number, view: View, box: Box): Stream {
  const { type, region, layout } = view;
  if (layout.block !== undefined)
    throw new InternalError('kernel', 'a strided operand cannot be blocked', `slot ${slot}`);
  const element = registerElement(type.element);
  const bytes = elementBytes[element];
  const skipped = box.count.length - type.shape.length;
  let start = 0;
  const strides = box.count.map((_, axis) => {
    const own = axis - skipped;
    if (own < 0) return 0;
    const coordinate = type.shape[own] === 1 ? 0 : box.start[axis];
    start += ((coordinate - region.start[own]) / region.step[own]) * view.strides[own];
    return type.shape[own] === 1 ? 0 : (view.strides[own] / region.step[own]) * bytes;
  });
  return { slot, element, bytes, startBytes: start * bytes, strides };
}
