/**
 * The dataflow IR: dense, immutable SSA.
 *
 * A value *is* the index of the node that makes it; operands point backwards, so the order of the array is a topological order
 * and cycles cannot be expressed. Every node has exactly one result. Training is functional: `updates` says which variable
 * takes which value when the program ends.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { TensorType } from './types.ts';

/** The index of a node in its graph. */
export type ValueId = number & { readonly __brand: 'ValueId' };
/** The index of a variable in its module. */
export type VariableId = number & { readonly __brand: 'VariableId' };

/** Compile-time facts about one node; every op has its own record type. Key order is irrelevant, values compare by content. */
export type AttributeValue = number | string | boolean | readonly AttributeValue[];
export type Attributes = { readonly [name: string]: AttributeValue };

/** Where a node comes from: its line, the calls that led there (innermost first), and the labels around it. */
export interface Origin {
  readonly span?: Span;
  readonly calls?: readonly Span[];
  /** The labels of the calls around the node, joined by dots: `layer1.0.conv1`. */
  readonly path?: string;
}

/**
 * One step of an elementwise expression: an op of the elementwise kind applied to earlier values.
 * Arguments count: first the sources (see {@link Epilogue} and `map`), then the results of earlier steps.
 */
export interface ScalarStep {
  readonly op: string;
  readonly attributes: Attributes;
  readonly args: readonly number[];
  /** The element type this step yields. */
  readonly element: TensorType['element'];
}

/**
 * A reduction inside a row: `arg` combined over the row's axes. The result stands for one number per row, and broadcasts over the
 * row where a later step uses it.
 */
export interface RowReduction {
  readonly combine: 'add' | 'max' | 'min' | 'mul';
  readonly arg: number;
  readonly element: TensorType['element'];
}

/**
 * One step of a structural op's body. Arguments count the node's operands first, then the results of earlier steps.
 * - `map`: scalar steps only, over operands that broadcast to the result; the last step is the result.
 * - `row`: the axes in `attributes.axes` make up a row; operands broadcast to the full row shape; a step that (transitively) has only
 *   per-row arguments is per-row too. The last step is the result: full shape, or if it is per-row with the row's axes of extent 1 or
 *   without them. The full shape is `attributes.shape`. Only a row whose last step is its one reduction has an epilogue. With
 *   `attributes.stack` the last steps, so many, are its only reductions, all of one kind, and their results are stacked along a first axis.
 */
export type BodyStep = ScalarStep | RowReduction;

/**
 * An elementwise expression applied to every element an op produces, just before it is stored.
 * Source 0 is the op's own result (of type `base`); sources 1.. are the node's operands from `firstOperand` on, each of a shape that
 * broadcasts to the result. The last step is what is stored.
 */
export interface Epilogue {
  readonly base: TensorType;
  readonly firstOperand: number;
  readonly steps: readonly ScalarStep[];
}

/** What every node has. */
interface NodeFacts {
  readonly operands: readonly ValueId[];
  readonly attributes: Attributes;
  readonly type: TensorType;
  /**
   * From 1: the node is a copy of one that is the same in all else, and computes the same bits; its value is computed again rather than
   * kept. Copies stay apart from their original and from one another where equal nodes else become one. Leaves have none.
   */
  readonly replica?: number;
  readonly origin: Origin;
}

/** Facts that nodes of a kind never have; they may be asked for all the same. */
type Without<Fact extends 'epilogue' | 'body' | 'data'> = { readonly [fact in Fact]?: undefined };

/** A parameter of the program. */
export interface InputNode extends NodeFacts, Without<'epilogue' | 'body' | 'data'> {
  readonly kind: 'input';
  readonly op: 'input';
  readonly attributes: { readonly name: string };
}

/** The value a variable has when the program starts. */
export interface VariableNode extends NodeFacts, Without<'epilogue' | 'body' | 'data'> {
  readonly kind: 'variable';
  readonly op: 'variable';
  readonly attributes: { readonly variable: VariableId };
}

export interface ConstantNode extends NodeFacts, Without<'epilogue' | 'body'> {
  readonly kind: 'constant';
  readonly op: 'constant';
  /** One number for all elements, or one per element in row-major order. */
  readonly data: number | Float64Array;
}

/** The derivative of a loss of type `f32[]` with respect to a float value, of the value's type. It lasts until differentiation. */
export interface GradientNode extends NodeFacts, Without<'epilogue' | 'body' | 'data'> {
  readonly kind: 'gradient';
  readonly op: 'gradient';
}

/** An elementwise expression over operands that broadcast to the result. */
export interface MapNode extends NodeFacts, Without<'epilogue' | 'data'> {
  readonly kind: 'map';
  readonly op: 'map';
  readonly body: readonly BodyStep[];
}

/** Reductions over rows, and what is elementwise between them. */
export interface RowNode extends NodeFacts, Without<'data'> {
  readonly kind: 'row';
  readonly op: 'row';
  readonly body: readonly BodyStep[];
  readonly epilogue?: Epilogue;
}

/** An op of the table. */
export interface OpNode extends NodeFacts, Without<'body' | 'data'> {
  readonly kind: 'op';
  /** The operation's name in the table. */
  readonly op: string;
  readonly epilogue?: Epilogue;
}

/** Values that are there before the program starts. */
export type Leaf = InputNode | VariableNode | ConstantNode;

/** `kind` tells them apart; `op` is the name that is shown. */
export type Node = Leaf | GradientNode | MapNode | RowNode | OpNode;

export interface NamedValue {
  readonly name: string;
  readonly value: ValueId;
}

export interface Update {
  readonly variable: VariableId;
  readonly value: ValueId;
}

export interface Graph {
  readonly nodes: readonly Node[];
  /** The values of the `input` nodes, in the order of the program's parameters. */
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  /** The new values of variables when the program ends; at most one per variable. */
  readonly updates: readonly Update[];
}

/** How a variable gets its first value. Fan-based initialisers are resolved to numbers when the variable is declared. */
export type Initialiser =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  /** The first value of an earlier variable of the same type. */
  | { readonly kind: 'copy'; readonly of: VariableId }
  /** What the module's program `init` computes of the first values of earlier variables. */
  | { readonly kind: 'computed' };

/** `prepared` variables hold what depends on other variables only; the `prepare` program computes them. */
export type VariableKind = 'param' | 'state' | 'prepared';

export interface Variable {
  /** `layer1.0.conv1.weight`; unique in the module. */
  readonly path: string;
  readonly kind: VariableKind;
  readonly type: TensorType;
  readonly initialiser: Initialiser;
  readonly origin: Origin;
  /** Of a state that an optimiser keeps for one param: that param. */
  readonly owner?: VariableId;
  /** True if the program asks for this very element type, so that no precision may change it. */
  readonly exact?: boolean;
}

export type ProgramKind = 'model' | 'train' | 'init' | 'prepare';

export interface Program {
  readonly name: string;
  readonly kind: ProgramKind;
  readonly graph: Graph;
  readonly origin: Origin;
  /** What the program's text says of its memory. */
  readonly limits?: readonly MemoryLimit[];
}

/** `expect peak <= …`: the program's own intermediates take at most so many bytes on any tile. */
export interface MemoryLimit {
  readonly peakBytes: number;
  readonly span: Span;
}

export interface Module {
  readonly variables: readonly Variable[];
  /** User programs in source order, then at most one `prepare` and one `init`. */
  readonly programs: readonly Program[];
}
