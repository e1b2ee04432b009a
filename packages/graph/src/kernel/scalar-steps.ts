/** The arithmetic of elementwise expressions: the steps of `map`, `row` and epilogues as instructions. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { ScalarStep } from '../graph.ts';
import type { ElementwiseOp } from '../op/op.ts';
import type { OpTable } from '../op/table.ts';
import { type ElementType, integerRange } from '../types.ts';
import type { KernelBuilder } from './builder.ts';
import { type BinaryCode, type Instruction, type KernelValue, registerElement, type UnaryCode } from './code.ts';
import type { KernelNumbers } from './numbers.ts';
import { recordKernel } from './recorder.ts';

/** A number in a body, so that a scalar constant needs no operand: `{ op: 'constant', attributes: { value }, args: [] }`. */
export const constantStep = 'constant';

/** The value of a `constant` step. */
export function stepConstant(step: ScalarStep): number {
  return Number(step.attributes['value']);
}

/** The elementwise operation `name` of `table`. Passes put no others into steps, so anything else is an InternalError. */
export function elementwiseOp(table: OpTable, name: string): ElementwiseOp {
  const def = table.find(name);
  if (def?.kind === 'elementwise') return def;
  throw new InternalError('kernel', 'a step must be an elementwise op', name);
}

/** Emits one step. `elements` are the element types of its arguments. */
export function emitStep(
  k: KernelBuilder,
  table: OpTable,
  step: ScalarStep,
  args: readonly KernelValue[],
  elements: readonly ElementType[],
): KernelValue {
  return saturated(k, emitStoredStep(k, table, step, args, elements), step.element);
}

/** The same of a step whose result goes to memory of its own type, and nowhere else: the store saturates. */
export function emitStoredStep(
  k: KernelBuilder,
  table: OpTable,
  step: ScalarStep,
  args: readonly KernelValue[],
  elements: readonly ElementType[],
): KernelValue {
  return elementwiseOp(table, step.op).expression(k, args, step.attributes, elements);
}

/**
 * A whole number as its type can hold it. Floats of 16 bits are not rounded between steps, only where they are stored: what is more exact
 * on the way is of no harm to them. A whole number has one right value, whatever its steps are fused with.
 */
export function saturated(k: KernelBuilder, value: KernelValue, element: ElementType): KernelValue {
  if (element !== 'i8' && element !== 'u8') return value;
  const [least, most] = integerRange(element);
  return k.min(k.max(value, least), most);
}

/** A `constant` step as a one-lane register; `role` tells it apart from the other constants of the kernel. */
export function emitConstant(k: KernelBuilder, numbers: KernelNumbers, step: ScalarStep, role: string): KernelValue {
  const value = stepConstant(step);
  switch (registerElement(step.element)) {
    case 'f32':
      return numbers.float(role, value);
    case 'i32':
      return numbers.field(role, value);
    case 'bool':
      return k.constant('bool', value);
  }
}

/** How many instructions a step takes: what computing it again would cost. */
export function stepCost(table: OpTable, step: ScalarStep, elements: readonly ElementType[]): number {
  return stepInstructions(table, step, elements).length;
}

/** Whether a step divides or takes roots, which takes as long as a dozen other instructions. */
export function isSlowStep(table: OpTable, step: ScalarStep, elements: readonly ElementType[]): boolean {
  return stepInstructions(table, step, elements).some(
    instruction => 'code' in instruction && slow.has(instruction.code),
  );
}

const slow: ReadonlySet<string> = new Set<UnaryCode | BinaryCode>(['div', 'sqrt']);

function stepInstructions(table: OpTable, step: ScalarStep, elements: readonly ElementType[]): readonly Instruction[] {
  if (step.op === constantStep) return [];
  const { code } = recordKernel({ specialised: true }, k => {
    const args = elements.map((element, slot) => k.load(registerElement(element), k.address(slot)));
    emitStep(k, table, step, args, elements);
  });
  return code.instructions.filter(({ kind }) => kind !== 'load' && kind !== 'address' && kind !== 'constant');
}
