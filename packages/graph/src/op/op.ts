/**
 * An operation: every fact the compiler needs to know about it, in one value.
 *
 * Passes, tiling and code generation ask these facets and never look at an op's name. There are four kinds:
 * - `elementwise`: a scalar expression; fusible anywhere;
 * - `kernel`: reads boxes, has an iteration space and a kernel;
 * - `movement`: only carries elements from place to place (reshape, slice, concat, …); needs no kernel;
 * - `composite`: expands into other ops as soon as it is built, where that is as good as an op of its own.
 *
 * The types of what the facets take and give stand in a file for each who asks: calls in `call.ts`, gradients in `gradient.ts`, cuts and moves
 * in `split.ts`, kernels in `vertex.ts`, all operations together in `table.ts`.
 */
import type { Box } from '../box.ts';
import type { Attributes, ValueId } from '../graph.ts';
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';
import type { ElementType, TensorType } from '../types.ts';
import type { Arguments, Parameter, Problem } from './call.ts';
import type { Expander, Gradient, GradientCall } from './gradient.ts';
import type { Interval } from './interval.ts';
import type { Move, OpContext, Overwrite, Reduction, Space, Variant } from './split.ts';
import type { Vertex } from './vertex.ts';

/** Rounds a real to the result's precision: `Math.fround` for f32, identity in 64-bit checks, truncation for integers. */
export type Round = (x: number) => number;

/** A tensor of the oracle: row-major, every element type as doubles (bool as 0 or 1). */
export interface Tensor {
  readonly type: TensorType;
  readonly data: Float64Array;
}

export interface OpDoc {
  /** One line, lower case, without a full stop. */
  readonly summary: string;
  /** A whole `.dnn` text that uses the op; tests compile it. */
  readonly example: string;
}

interface OpCommon<A extends Attributes> {
  readonly name: string;
  /** The operator that stands for it in the language: `+`, `@`, `not`. */
  readonly symbol?: string;
  readonly doc: OpDoc;
  readonly parameters: readonly Parameter[];
  /** Normalises and checks compile-time arguments (negative axes counted from the end, one number spread over all axes, …). */
  readonly attributes: (args: Arguments, operands: readonly TensorType[]) => A | Problem;
  readonly infer: (operands: readonly TensorType[], attributes: A) => TensorType | Problem;
  /** The oracle: plain loops, written independently of the kernel; `round` after every arithmetic step. */
  readonly evaluate: (operands: readonly Tensor[], attributes: A, result: TensorType, round: Round) => Float64Array;
  /**
   * How a loss depends on the operands, given how it depends on the result. `'zero'`: nothing flows back (`stop_gradient`, `floor`).
   * Absent: not differentiable, which is a `not-differentiable` diagnostic where a gradient would have to pass. Ops without a float
   * operand or with a result of integers or truth values need none: nothing flows through them. Composite ops need none either.
   */
  readonly gradient?: Gradient<A> | 'zero';
  /**
   * Between which numbers the result lies, given between which each operand does, and their element types. It need not look at what the
   * result's type can hold, and rounding to the nearest moves no bound past another number. Absent: anywhere in that type, and of what is
   * only moved, where its operands lie.
   */
  readonly bounds?: (operands: readonly Interval[], attributes: A, elements: readonly ElementType[]) => Interval;
  /** True where equal operands need not give equal results (none of the present ops: random numbers take their seed as an operand). */
  readonly impure?: boolean;
}

/** result[i] = expression(operands[i]…), operands broadcast as in NumPy. */
export interface ElementwiseOp<A extends Attributes = Attributes> extends OpCommon<A> {
  readonly kind: 'elementwise';
  /** The oracle's formula for one element; `evaluate` is derived from it. */
  readonly scalar: (args: readonly number[], attributes: A, round: Round, elements: readonly ElementType[]) => number;
  /** The same for registers of one or four lanes. `elements` are the operands' element types. */
  readonly expression: (
    k: KernelBuilder,
    args: readonly KernelValue[],
    attributes: A,
    elements: readonly ElementType[],
  ) => KernelValue;
  /**
   * True if its results are not stored in 16 bits: they soon are too large for these where the operands are not, or are what the op is there to
   * keep.
   */
  readonly grows?: boolean;
  /** Operands, by index, of which every digit counts: they are not stored in 16 bits. */
  readonly precise?: readonly number[];
  /** True if what is computed from its result, element by element, is not stored in 16 bits either, unless it is the value of a variable. */
  readonly spreads?: boolean;
  /**
   * Of an op that chooses: for each operand that is chosen, where it is (and the result is seen), so that what computes it gets no slope
   * elsewhere. Absent: whoever sees the result sees the operands.
   */
  readonly guards?: (call: GradientCall<A>) => readonly (ValueId | undefined)[];
}

export interface KernelOp<A extends Attributes = Attributes> extends OpCommon<A> {
  readonly kind: 'kernel';
  /** What a plain reduction does; absent for all other ops. */
  readonly reduction?: (attributes: A) => Reduction;
  readonly space: (context: OpContext<A>) => Space;
  /** The box of each operand that `box` of the space needs; never outside the operand. */
  readonly regions: (context: OpContext<A>, box: Box) => readonly Box[];
  /** The ways in which the op's kernels can work, the preferred one first. */
  readonly variants: (context: OpContext<A>) => readonly Variant[];
  readonly overwrites: (context: OpContext<A>) => readonly Overwrite[];
  /**
   * True where the kernel builds its results up in their own memory, storing and loading them again, which only data decide how often. Then
   * nothing that follows is fused into it, and its results lie over no operand ({@link overwrites} is empty).
   */
  readonly accumulates?: boolean;
  /** True if kernels ask for the bounds of operands of 8 bits: the attribute `bounds` has an interval for each operand where some are known. */
  readonly bounded?: boolean;
  /** True if elements go from either operand to the result as they are, so that all must have one type in memory. */
  readonly carries?: boolean;
  readonly kernel: (k: KernelBuilder, vertex: Vertex<A>) => void;
}

/** The whole op as moves that cover every element of the result exactly once. */
export interface MovementOp<A extends Attributes = Attributes> extends OpCommon<A> {
  readonly kind: 'movement';
  readonly moves: (context: OpContext<A>) => readonly Move[];
}

export interface CompositeOp<A extends Attributes = Attributes> extends OpCommon<A> {
  readonly kind: 'composite';
  readonly expand: (build: Expander, operands: readonly ValueId[], attributes: A) => ValueId;
}

export type OpDef<A extends Attributes = Attributes> = ElementwiseOp<A> | KernelOp<A> | MovementOp<A> | CompositeOp<A>;
