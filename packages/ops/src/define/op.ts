/**
 * What an op of this package has to say beyond what the compiler asks (`OpDef`): how to draw random legal calls of it, with which one suite
 * of laws tests every op of the table, and how far its kernel may be from its oracle. Leaving either out is a type error.
 */
import type { Attributes, TensorType } from '@tessera-dnn/graph';
import type { Arguments, OpDef } from '@tessera-dnn/graph/op';
import type { Pick } from './pick.ts';

/** One legal call: operand types and compile-time arguments, as the language would pass them. */
export interface Sample {
  readonly operands: readonly TensorType[];
  readonly args: Arguments;
  /** For each operand, the range from which its values are drawn; [-4, 4] by default. Integers are whole numbers, bool 0 or 1. */
  readonly values?: readonly (readonly [low: number, high: number] | undefined)[];
}

/**
 * How far the result of a kernel may be from that of the oracle:
 * - `exact`: the same bits (any NaN for a NaN);
 * - `sum`: it adds or multiplies n terms in another order: |difference| ≤ n · 2⁻²³ · (the result of the oracle for the absolute values);
 * - `ulp`: at most so many units in the last place of the oracle's result as an f32.
 */
export type Accuracy = 'exact' | 'sum' | { readonly ulp: number };

/** What the tests need to know of an op. */
export interface Tested {
  /** Draws a legal call; a small one (a few hundred elements), since tests run thousands. */
  readonly samples: (pick: Pick) => Sample;
  readonly accuracy: Accuracy;
  /** For each operand, the range in which the gradient is compared with differences, if that of the samples goes beyond where the op is smooth. */
  readonly smooth?: Sample['values'];
}

/** An op of the table. */
export type DefinedOp = OpDef & Tested;

/**
 * Makes an op an entry of the table, whatever the type of its attributes. The cast forgets that type. It is safe because the facets of an
 * op are only ever given attributes that its own `attributes` has made.
 */
export function defineOp<A extends Attributes>(op: OpDef<A> & Tested): DefinedOp {
  return op as unknown as DefinedOp;
}
