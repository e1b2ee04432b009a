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
  /** A word in all four lanes, made once where the function begins: inside a loop V8 would build it anew on every turn. */
  readonly words: (word: number) => Expression;
}
