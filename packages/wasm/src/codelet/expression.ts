/** What all that writes wasm for a kernel works with. */
import type { KernelType } from '@tessera-dnn/graph/kernel';
import type binaryen from 'binaryen';

export type Expression = ReturnType<binaryen.Module['nop']>;

/** Hands out locals to expansions. */
export interface Scratch {
  /** `first` evaluates `value` and keeps it; `again()` may be used any number of times after it. */
  readonly keep: (
    value: Expression,
    type: KernelType,
  ) => { readonly first: Expression; readonly again: () => Expression };
  /**
   * A word in all four lanes. It is read before the innermost loop that needs it, and again where a block with loops needs it after one: a
   * word that is kept through the innermost loop of a contraction takes one of the registers that the sums need.
   */
  readonly words: (word: number) => Expression;
}
