/**
 * What the argument `with` of a call says of the variables that are declared inside it. It holds for everything that the call calls, and may
 * be
 *
 * - tensors by path: a variable whose path is among them is not declared, and the tensor is its value;
 * - a path: the variables are those that are declared below it already;
 * - a block: of each param called `weight` of two axes or more, the block makes what is used in its place.
 *
 * Inner calls come first: what a wrapper declares may be given by a call around it.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Block } from '../ast.ts';
import type { Home } from './files.ts';
import type { FunctionValue, RecordValue } from './value.ts';

/** What one call was given, inside of what those around it were. */
export type Given = GivenValues | GivenPath | Wrapper;

interface Nested {
  /** The place of the argument. */
  readonly span: Span;
  readonly outer: Given | undefined;
}

export interface GivenValues extends Nested {
  readonly kind: 'values';
  readonly record: RecordValue;
  /** The paths for which the call has asked, and whether each was among the values. */
  readonly asked: Map<string, boolean>;
}

export interface GivenPath extends Nested {
  readonly kind: 'path';
  /** The path of the call's labels, below which its variables are. */
  readonly root: string;
}

export interface Wrapper extends Nested {
  readonly kind: 'wrapper';
  readonly block: Block;
  readonly home: Home;
  /** Values of its parameters but the first. */
  readonly values: NonNullable<FunctionValue['given']>;
}
