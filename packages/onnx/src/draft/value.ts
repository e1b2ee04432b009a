/** The graph that an import makes: values that know how they come about. It is what is recognised in, labelled and printed. */
import type { StoredTensor } from '@tessera-dnn/formats';
import type { TensorType } from '@tessera-dnn/graph';
import type { Arguments, OpDef } from '@tessera-dnn/graph/op';

/** A tensor of the program. Equal values need not be one object. An extent of 0 is found only in constants. */
export interface Value {
  readonly type: TensorType;
  readonly source: Source;
  /** What the model calls it, or the node that made it; the printer chooses names by these. */
  readonly hint?: Hint;
}

export interface Hint {
  /** The name of the value in the model. */
  readonly name?: string;
  /** The name of the node that made it. */
  readonly node?: string;
}

export type Source = InputSource | WeightSource | ConstantSource | CallSource | BlockSource | RepeatSource;

/** An input of the program. */
export interface InputSource {
  readonly kind: 'input';
  readonly name: string;
}

/** A tensor of the weights file. */
export interface WeightSource {
  readonly kind: 'weight';
  readonly name: string;
  readonly stored: StoredTensor;
}

/** Numbers that stand in the text; one for all elements where `data` has one. */
export interface ConstantSource {
  readonly kind: 'constant';
  readonly data: Float64Array;
}

/** A call of an operation of the language. */
export interface CallSource {
  readonly kind: 'call';
  readonly op: OpDef;
  readonly operands: readonly Value[];
  /** The compile-time arguments as the text has them. */
  readonly args: Arguments;
}

/** A call of a block of the prelude, whose variables are named. It stands for `same`, which calls operations only. */
export interface BlockSource {
  readonly kind: 'block';
  readonly block: string;
  readonly operands: readonly Value[];
  readonly args: Arguments;
  /** The variables of the block by their names in it. */
  readonly variables: { readonly [name: string]: WeightSource };
}

/** Parts that make the same calls, one of what the one before made: the value is the last one of the last part. */
export interface RepeatSource {
  readonly kind: 'repeat';
  /** What the first part takes. */
  readonly input: Value;
  /** Other values from before that all parts read. */
  readonly shared: readonly Value[];
  /** The values of each part in order; those at one place of different parts differ in their weights only. */
  readonly parts: readonly (readonly Value[])[];
}

/** All values that `value` is computed from directly. */
export function operandsOf({ source }: Value): readonly Value[] {
  if (source.kind === 'repeat') return [source.input, ...source.shared];
  return source.kind === 'call' || source.kind === 'block' ? source.operands : [];
}

/** Whether the value is a call of the operation `op`, and that call. */
export function callOf(value: Value, op: string): CallSource | undefined {
  return value.source.kind === 'call' && value.source.op.name === op ? value.source : undefined;
}
