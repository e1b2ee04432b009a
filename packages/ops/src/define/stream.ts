/** Where an operand of a kernel lies, as addresses and byte strides along its own axes. */
import { InternalError } from '@tessera/diagnostics';
import type { ElementType, KernelBuilder, KernelType, KernelValue, View } from '@tessera/graph';
import { elementBytes } from '@tessera/graph';
import type { Fields } from './fields.ts';

export interface OperandStream {
  readonly type: 'f32' | 'i32' | 'bool';
  /** Bytes of one element. */
  readonly bytes: number;
  /** The address of the element asked for. */
  readonly address: KernelValue;
  /** Bytes from one coordinate to the next along each axis of the operand. */
  readonly strides: readonly number[];
}

/** The operand in `slot`, from its element at `first` on, which lies in the view's region. */
export function operandStream(
  k: KernelBuilder,
  fields: Fields,
  slot: number,
  view: View,
  first: readonly number[],
): OperandStream {
  const { type, region, layout } = view;
  if (layout.block !== undefined)
    throw new InternalError('kernel', 'a strided operand cannot be blocked', `slot ${slot}`);
  const element = registerType(type.element);
  const bytes = elementBytes[element];
  const strides = view.strides.map((stride, axis) => (stride / region.step[axis]) * bytes);
  const start = first.reduce((sum, at, axis) => sum + (at - region.start[axis]) * strides[axis], 0);
  const base = k.address(slot);
  const address = start === 0 ? base : k.add(base, fields(`start of ${slot}`, start));
  return { type: element, bytes, address, strides };
}

/** The register type of an element type that kernels compute with. */
export function registerType(element: ElementType): KernelType & ('f32' | 'i32' | 'bool') {
  if (element === 'f32' || element === 'i32' || element === 'bool') return element;
  throw new InternalError('kernel', `kernels have no registers for ${element}`);
}
