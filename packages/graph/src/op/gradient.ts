/**
 * How an operation is made of others: the derivative of a loss by its operands, and the expansion of composite ones. `differentiate` asks
 * for the former when a program trains, the builder for the latter as soon as a node is built.
 */
import type { Attributes, ValueId } from '../graph.ts';
import type { TensorType } from '../types.ts';

/** What gradients and expansions build with: a graph builder that keeps the origin of the node they stand for. */
export interface Expander {
  readonly type: (value: ValueId) => TensorType;
  readonly op: (name: string, operands: readonly ValueId[], attributes?: Attributes) => ValueId;
  readonly constant: (type: TensorType, data: number | Float64Array) => ValueId;
}

/** What a {@link Gradient} is built from: the forward node's values, and the derivative of the loss with respect to its result. */
export interface GradientCall<A extends Attributes = Attributes> {
  /** Everything it makes blames the forward node's line. */
  readonly build: Expander;
  readonly operands: readonly ValueId[];
  readonly result: ValueId;
  /** The derivative of the loss with respect to the result, of the result's type. */
  readonly upstream: ValueId;
  /**
   * Truth values that broadcast to the result's shape: where they are false the loss does not see the result, so that nothing flows back,
   * not even beside an infinite slope; `upstream` means nothing there. Elementwise ops alone are given it.
   */
  readonly guard?: ValueId;
  readonly attributes: A;
}

/**
 * The derivative of the loss with respect to each operand, of that operand's type (where the operand was broadcast: summed back);
 * undefined for operands that carry none, integers and truth values always. Nodes nobody asks for are dropped: there is no need to
 * look which operands' gradients are wanted.
 *
 * Whatever is read of `operands` and `result` stays in memory from the forward to the backward pass, so read as little as will do:
 * relu the sign of its result, exp its result, a product the other factor, a sum nothing; and recompute what is cheap.
 */
export type Gradient<A extends Attributes = Attributes> = (call: GradientCall<A>) => readonly (ValueId | undefined)[];
