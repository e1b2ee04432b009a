/** What recognises a block in the calls of operations that it makes. */
import type { StoredTensor } from '@tessera-dnn/formats';
import type { Draft } from '../draft/draft.ts';
import type { Value } from '../draft/value.ts';

export interface Recognising {
  readonly draft: Draft;
  /** Whether more than one value reads this one of the model. */
  readonly isShared: (value: Value) => boolean;
  /** How often weights are read: those that two layers share belong to neither. */
  readonly reads: Map<StoredTensor, number>;
}

/** The block that makes `value`, if it is one; `original` is the value before its operands were looked at, which others may read. */
export type Pattern = (context: Recognising, value: Value, original: Value) => Value | undefined;
