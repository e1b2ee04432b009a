/** Where an operand of a kernel lies: an address, and strides in bytes along its own axes. */
import type { KernelBuilder, KernelNumbers, KernelValue, RegisterElement } from '@tessera-dnn/graph/kernel';
import { elementsTo, viewBytes } from '@tessera-dnn/graph/kernel';
import type { View } from '@tessera-dnn/graph/op';

/** An operand as a kernel reads it. */
export interface OperandStream {
  readonly type: RegisterElement;
  /** Bytes of one element. */
  readonly bytes: number;
  /** The address of the element `first`. */
  readonly address: KernelValue;
  /** Bytes from one coordinate to the next along each axis of the operand. */
  readonly strides: readonly number[];
}

/** The operand in `slot`, beginning at its element `first`, which must lie in the region of `view`. Blocked layouts are an `InternalError`. */
export function operandStream(
  k: KernelBuilder,
  numbers: KernelNumbers,
  slot: number,
  view: View,
  first: readonly number[],
): OperandStream {
  const { element, bytes, strides } = viewBytes(slot, view);
  const address = numbers.offset(k.address(slot), `start of ${slot}`, elementsTo(view, first) * bytes);
  return { type: element, bytes, address, strides };
}
