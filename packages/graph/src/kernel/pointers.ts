/**
 * What lies where a register points to.
 *
 * Kernels compute addresses as integers, by adding distances to the address of a slot. Which element type such an address leads to is the
 * slot's, so that a kernel need not say it with each load and store: `load('f32', address)` reads whatever floats lie there.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Operand } from './builder.ts';
import {
  type KernelCell,
  type KernelType,
  type KernelValue,
  type MemoryElement,
  memoryBytes,
  type RegisterElement,
  registerElement,
  scalarOf,
} from './code.ts';

/** Follows addresses through the registers and cells of one kernel, in the order in which its instructions are recorded. */
export class Pointers {
  readonly #slots: readonly MemoryElement[];
  readonly #registers = new Map<number, MemoryElement>();
  readonly #cells = new Map<number, MemoryElement>();

  /** The element types of the slots; a slot that is not named is followed nowhere. */
  constructor(slots: readonly MemoryElement[]) {
    this.#slots = slots;
  }

  /** `result` is the address of a slot. */
  begin(result: KernelValue, slot: number): void {
    this.#mark(this.#registers, result.id, this.#slots[slot]);
  }

  /** `result` is one of `from`, or a distance from it. */
  follow(result: KernelValue, ...from: readonly Operand[]): void {
    for (const value of from)
      if (typeof value !== 'number') this.#mark(this.#registers, result.id, this.#registers.get(value.id));
  }

  /** `cell` is given the value of a register, and with it what that points to. */
  keep(cell: KernelCell, value: KernelValue): void {
    this.#mark(this.#cells, cell.cell, this.#registers.get(value.id));
  }

  /** `result` is what `cell` holds. */
  read(result: KernelValue, cell: KernelCell): void {
    this.#mark(this.#registers, result.id, this.#cells.get(cell.cell));
  }

  /**
   * The type of the elements at `address` that a register of `type`, or one of its lanes, holds. Words may be carried without a look at what
   * they are: as integers, where they are as long.
   */
  elementAt(address: KernelValue, type: KernelType): MemoryElement {
    const scalar = scalarOf(type) as RegisterElement;
    const element = this.#registers.get(address.id);
    if (element === undefined || registerElement(element) === scalar) return element ?? scalar;
    if (memoryBytes(element) === memoryBytes(scalar)) return scalar;
    throw new InternalError('record', `elements of type ${element} do not fit a register of ${type}`);
  }

  #mark(of: Map<number, MemoryElement>, id: number, element: MemoryElement | undefined): void {
    if (element === undefined) return;
    const known = of.get(id);
    if (known !== undefined && known !== element)
      throw new InternalError('record', `an address of ${known} is one of ${element} too`);
    of.set(id, element);
  }
}
