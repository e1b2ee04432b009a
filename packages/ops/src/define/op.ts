/**
 * What this package asks of an op beyond the compiler's contract (`OpDef`): random legal instances of itself, from which one suite
 * of laws tests every op of the table, and how far its kernel may stray from its oracle. Leaving either out is a type error.
 */
import type { Arguments, Attributes, OpDef, TensorType } from '@tessera/graph';
import type { Pick } from './pick.ts';

/** One legal call: operand types and compile-time arguments, as the language would pass them. */
export interface Sample {
  readonly operands: readonly TensorType[];
  readonly args: Arguments;
  /** The range operand values are drawn from, per operand; [-4, 4] where absent. Whole numbers for integers, 0 or 1 for bool. */
  readonly values?: readonly (readonly [low: number, high: number] | undefined)[];
}

/**
 * How far a kernel's result may lie from the oracle's:
 * - `exact`: the same bits (any NaN for a NaN);
 * - `sum`: it adds or multiplies in another order: |difference| ≤ n · 2⁻²³ · (the oracle's result on the operands' absolute values), n terms;
 * - `ulp`: at most so many f32 units in the last place of the oracle's result.
 */
export type Accuracy = 'exact' | 'sum' | { readonly ulp: number };

export interface Tested {
  /** A random legal instance, small (a few hundred elements): tests run thousands. */
  readonly samples: (pick: Pick) => Sample;
  readonly accuracy: Accuracy;
  /** The ranges in which the gradient is held against differences, per operand, where the samples' own reach beyond the op's domain. */
  readonly smooth?: Sample['values'];
}

/** An op of the table. */
export type DefinedOp = OpDef & Tested;

/**
 * Makes an op with its own attribute record an entry of the table.
 * The cast forgets the record's type: every facet of an op is only ever given attributes that its own `attributes` made.
 */
export function defineOp<A extends Attributes>(op: OpDef<A> & Tested): DefinedOp {
  return op as unknown as DefinedOp;
}
