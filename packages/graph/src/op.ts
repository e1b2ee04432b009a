/**
 * The contract of an operation: every fact the compiler needs to know about it, in one value.
 *
 * Passes, tiling and code generation ask these facets and never look at an op's name. There are four kinds:
 * - `elementwise`: a scalar expression; fusible anywhere;
 * - `kernel`: reads boxes, has an iteration space and a kernel;
 * - `movement`: only carries elements from place to place (reshape, slice, concat, …); needs no kernel;
 * - `composite`: expands into other ops as soon as it is built, where that is as good as an op of its own.
 */
import type { Box } from './box.ts';
import type { Code } from './explain/catalogue.ts';
import type { Attributes, ValueId } from './graph.ts';
import type { KernelBuilder, Operand } from './kernel/builder.ts';
import type { KernelType, KernelValue } from './kernel/code.ts';
import type { Layout } from './layout.ts';
import type { ElementType, TensorType } from './types.ts';

/** Why a call is wrong. The language turns it into a diagnostic at the call. */
export interface Problem {
  readonly code: Code;
  /** One sentence, with both sides' values. */
  readonly message: string;
  /** Remarks to hang on single operands (`has 15 rows`). */
  readonly marks?: readonly { readonly operand: number; readonly message: string }[];
  /** The attribute that is wrong, if it is one. */
  readonly attribute?: string;
  readonly help?: string;
}

export function isProblem(value: object): value is Problem {
  return 'code' in value && 'message' in value && typeof value.message === 'string';
}

/** What a compile-time argument may be. `shape`, `axes`, `numbers` accept one number for a list of one, or for all axes, as the op says. */
export type ParameterKind = 'tensor' | 'tensors' | 'number' | 'integer' | 'boolean' | 'text' | 'list' | 'element';

/** One parameter as written in the language. Tensors become operands, in order; all else goes to `attributes`. */
export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Absent: required. `null`: may be left out (then it is missing from the arguments). */
  readonly default?: Argument | null;
}

/** A compile-time value of the language. */
export type Argument = number | string | boolean | readonly Argument[];
export type Arguments = { readonly [name: string]: Argument | undefined };

/** Rounds a real to the result's precision: `Math.fround` for f32, identity in 64-bit checks, truncation for integers. */
export type Round = (x: number) => number;

/** A tensor of the oracle: row-major, every element type as doubles (bool as 0 or 1). */
export interface Tensor {
  readonly type: TensorType;
  readonly data: Float64Array;
}

/** What every facet of one node may ask. */
export interface OpContext<A extends Attributes = Attributes> {
  readonly operands: readonly TensorType[];
  readonly attributes: A;
  /** The op's own result, before any epilogue. */
  readonly result: TensorType;
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
  /** True where equal operands need not give equal results (none of the present ops: random numbers take their seed as an operand). */
  readonly impure?: boolean;
}

/** What a {@link Gradient} is built from: the forward node's values, and the derivative of the loss with respect to its result. */
export interface GradientCall<A extends Attributes = Attributes> {
  /** Everything it makes blames the forward node's line. */
  readonly build: Expander;
  readonly operands: readonly ValueId[];
  readonly result: ValueId;
  /** Of the result's type. */
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
   * Of an op that chooses: for each operand that is chosen, where it is (and the result is seen), so that what computes it gets no slope
   * elsewhere. Absent: whoever sees the result sees the operands.
   */
  readonly guards?: (call: GradientCall<A>) => readonly (ValueId | undefined)[];
}

export type Combine = 'add' | 'max' | 'min' | 'mul';

/** The iteration space of a kernel op: the result's axes, then the axes that are summed away. */
export interface Space {
  readonly extents: readonly number[];
  /** How partial results over a summed axis are combined; one entry per extent behind the result's. An axis that must stay whole has none. */
  readonly combine: readonly (Combine | undefined)[];
  /** Result axes that must not be cut (a cumulative sum's axis). */
  readonly whole?: readonly number[];
  /**
   * Axes along which a box may be moved, by whole quanta and its regions with it, without another kernel coming of it: it reads no
   * absolute coordinate there and has no edges. Cells that differ along these axes only are recorded once. Absent: none.
   */
  readonly movable?: readonly number[];
}

/** A physical layout, or `'any'`: whatever strides the operand happens to have, one element apart somewhere or not. */
export type LayoutRequest = Layout | 'any';

/** One way the op's kernels can work. */
export interface Variant {
  readonly name: string;
  readonly result: LayoutRequest;
  readonly operands: readonly LayoutRequest[];
  /** Preferred granularity of cuts per axis of the space (8 output channels, say); 1 where absent. */
  readonly quantum?: readonly number[];
}

/** An operand as a vertex sees it: a region of the tensor in this tile's memory. */
export interface View {
  readonly type: TensorType;
  /** Which elements of the tensor are there (logical coordinates). */
  readonly region: Box;
  readonly layout: Layout;
  /** Elements (not bytes) from one region element to the next along each axis; along a blocked axis, from one block to the next. */
  readonly strides: readonly number[];
}

/** One op on one tile: all numbers its kernel is written for. */
export interface Vertex<A extends Attributes = Attributes> {
  readonly context: OpContext<A>;
  readonly variant: string;
  /** The part of the space this vertex computes; steps are 1. */
  readonly box: Box;
  readonly operands: readonly View[];
  /** Where results go, through the epilogue. */
  readonly sink: Sink;
}

/**
 * Stores results through the epilogue: the kernel hands over its raw values, the sink applies the fused expression, loading the
 * epilogue's operands at the same coordinates, and stores. Every element of the vertex's box must be stored exactly once, unless the op
 * accumulates.
 */
export interface Sink {
  /** The element type the kernel hands over. */
  readonly element: ElementType;
  /** The axis of the result along which four neighbours lie one element apart, or -1 (then only one-lane stores are possible). */
  readonly vectorAxis: number;
  /** A cursor at the given coordinates *relative to the vertex's box*, one per result axis. */
  at(coordinates: readonly Operand[]): Cursor;
  /** A step by so many elements along each result axis, for cursors to move by. */
  step(coordinates: readonly Operand[]): Step;
  /** Whether the last element along `inner` and the first of the next along `outer` lie as far apart as neighbours along `inner`, wherever the sink loads or stores. */
  continues(outer: number, inner: number): boolean;
}

/** Distances in registers, one for each tensor that the sink loads or stores; absent where there is none. */
export type Step = readonly (KernelValue | undefined)[];

export interface Cursor {
  /** The cursor one step further on. */
  moved(step: Step): Cursor;
  /** What was stored here before, one or four lanes: only of an op that {@link KernelOp.accumulates}. */
  load(type: KernelType, offset?: readonly (readonly [number, number])[]): KernelValue;
  /**
   * Stores one or four lanes (four along the sink's vector axis). `offset` moves by constant numbers of elements per axis:
   * `[[axis, n], …]`. `lanes` < 4 stores only the first lanes of a vector.
   */
  store(value: KernelValue, offset?: readonly (readonly [number, number])[], lanes?: number): void;
}

/** An operand the result may be written over. */
export interface Overwrite {
  readonly operand: number;
  /** How many bytes the writes stay behind the reads; 0: each element is read before it is written, and never after. */
  readonly distanceBytes: number;
  /**
   * Absent: it holds for every part of the result, element by element, whoever computes it. Present: it holds for the whole result,
   * computed by one worker with a kernel recorded in order ({@link KernelBuilder.ordered}), both lying dense in this layout.
   */
  readonly inOrder?: Layout;
}

/** What a plain reduction of operand 0 does; lets row fusion take it apart. */
export interface Reduction {
  readonly combine: Combine;
  readonly axes: readonly number[];
  /** Whether the reduced axes stay in the result's shape with extent 1. */
  readonly keep: boolean;
}

export interface KernelOp<A extends Attributes = Attributes> extends OpCommon<A> {
  readonly kind: 'kernel';
  /** Present on plain reductions only. */
  readonly reduction?: (attributes: A) => Reduction;
  readonly space: (context: OpContext<A>) => Space;
  /** The box of each operand that `box` of the space needs; never outside the operand. */
  readonly regions: (context: OpContext<A>, box: Box) => readonly Box[];
  /** In order of preference. */
  readonly variants: (context: OpContext<A>) => readonly Variant[];
  readonly overwrites: (context: OpContext<A>) => readonly Overwrite[];
  /**
   * True where the kernel builds its results up in their own memory, storing and loading them again, which only data decide how often. Then
   * nothing is fused behind it, and its results lie over no operand ({@link overwrites} is empty).
   */
  readonly accumulates?: boolean;
  readonly kernel: (k: KernelBuilder, vertex: Vertex<A>) => void;
}

/** A loop of a move: `count` steps, each of `from` elements along an axis of the operand and `to` elements along an axis of the result. */
export interface MoveLoop {
  readonly count: number;
  /** Absent: the operand stays where it is (broadcast). */
  readonly from?: { readonly axis: number; readonly step: number };
  readonly to: { readonly axis: number; readonly step: number };
}

/** `result[to + Σ iₗ·stepₗ] = operand[from + Σ iₗ·stepₗ]` for all loop indices; or a constant in place of the operand. */
export interface Move {
  readonly source: { readonly operand: number; readonly start: readonly number[] } | { readonly value: number };
  readonly to: readonly number[];
  readonly loops: readonly MoveLoop[];
}

/** The whole op as moves that cover every element of the result exactly once. */
export interface MovementOp<A extends Attributes = Attributes> extends OpCommon<A> {
  readonly kind: 'movement';
  readonly moves: (context: OpContext<A>) => readonly Move[];
}

/** What `expand` builds with: a graph builder that keeps the origin of the node being expanded. */
export interface Expander {
  readonly type: (value: ValueId) => TensorType;
  readonly op: (name: string, operands: readonly ValueId[], attributes?: Attributes) => ValueId;
  readonly constant: (type: TensorType, data: number | Float64Array) => ValueId;
}

export interface CompositeOp<A extends Attributes = Attributes> extends OpCommon<A> {
  readonly kind: 'composite';
  readonly expand: (build: Expander, operands: readonly ValueId[], attributes: A) => ValueId;
}

export type OpDef<A extends Attributes = Attributes> = ElementwiseOp<A> | KernelOp<A> | MovementOp<A> | CompositeOp<A>;

/** All ops by name. */
export interface OpTable {
  readonly all: readonly OpDef[];
  /** Undefined for names that are no op. */
  find(name: string): OpDef | undefined;
  /** Rewrites that span ops, tried by the `simplify` pass until none applies. */
  readonly rules: readonly Rule[];
  /** The elementwise op that adds two tensors of one type: gradients that reach a value on several ways are summed by it. */
  readonly addition: string;
  /** `value` where `condition` holds, else zero; the condition broadcasts to it. */
  readonly masked: (build: Expander, condition: ValueId, value: ValueId) => ValueId;
  /** The part of a value at `index` of its first axis, without this axis: what takes results apart that a node has stacked. */
  readonly pick: (build: Expander, value: ValueId, index: number) => ValueId;
}

/** A local rewrite: looks at one node and may give a better value for it. */
export interface Rule {
  readonly name: string;
  readonly doc: string;
  /** Rules that change rounding are left out under `--math strict`. */
  readonly exact: boolean;
  readonly apply: (match: RuleContext, node: ValueId) => ValueId | undefined;
}

export interface RuleContext extends Expander {
  readonly node: (value: ValueId) => {
    readonly op: string;
    readonly operands: readonly ValueId[];
    readonly attributes: Attributes;
    readonly type: TensorType;
    readonly data?: number | Float64Array;
  };
}
