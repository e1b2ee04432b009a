/** What a compilation may be told. One readonly record; nothing below the command line reads the environment. */

import type { Strategy } from '@tessera/allocator';
import type { StoredTensor } from '@tessera/formats';
import type { Load } from '@tessera/language';
import type { ChipSpec } from '@tessera/machine';
import type { Recompute } from '@tessera/passes';

export interface CompileOptions {
  /** Default: the `host` preset. */
  readonly chip?: ChipSpec;
  /**
   * `fast` (default): fused multiply-add and rewrites that change rounding. `strict`: the same bits on every host, and on one chip
   * whatever these options say about workers and memory.
   */
  readonly math?: 'fast' | 'strict';
  /** Overrides of constants (`classes`) and dimension parameters (`lenet.n`), as text. */
  readonly set?: Readonly<Record<string, string>>;
  /** Only these models and train programs; all of the file if absent. */
  readonly programs?: readonly string[];
  /** Variables to embed, by path; every param must be there. */
  readonly weights?: ReadonlyMap<string, StoredTensor>;
  /** Names among `weights` that are there for others, such as the states of optimisers: no warning tells that nothing takes them. */
  readonly spareWeights?: ReadonlySet<string>;
  /** Tensors beside `weights` that are of no use here, with their element types: an error if a variable needs one. */
  readonly foreignWeights?: ReadonlyMap<string, string>;
  /** Reads an imported file; `undefined` if there is none. Absent: imports are errors. */
  readonly load?: Load;
  /** What may be computed again to save memory (default `none`); a number is the bytes that tensors should take at most. */
  readonly recompute?: Recompute;
  /** Let results take the memory of operands that die (default true). */
  readonly inPlace?: boolean;
  /** Let tensors that are not live together share memory (default true). */
  readonly reuse?: boolean;
  /** How offsets are found (default `exact`). */
  readonly allocator?: Strategy;
  /** Check every stage's result, the placement by the referee too. */
  readonly verify?: boolean;
  /** Called after each stage with its name; `print` gives its result as text. */
  readonly after?: (stage: string, print: () => string) => void;
}
