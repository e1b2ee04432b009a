/**
 * What the kernel of an operation is given on one tile: its operands as regions in memory, and the sink that takes its results through the
 * epilogue. Kernels are written against it; `recordVertex` gives it to them.
 */
import type { Box } from '../box.ts';
import type { Attributes } from '../graph.ts';
import type { Operand } from '../kernel/builder.ts';
import type { KernelType, KernelValue } from '../kernel/code.ts';
import type { Layout } from '../layout.ts';
import type { ElementType, TensorType } from '../types.ts';
import type { OpContext } from './split.ts';

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
  /** Whether results are floats of fewer bits in memory than in a register, so that a store takes many instructions and registers. */
  readonly narrows: boolean;
  /** Whether rounds before this one have stored sums here, which the kernel of an op that {@link KernelOp.accumulates} goes on with. */
  readonly begun: boolean;
  /** The axis of the result along which four neighbours lie one element apart, or -1 (then only one-lane stores are possible). */
  readonly vectorAxis: number;
  /** A cursor at the given coordinates *relative to the vertex's box*, one per result axis. */
  at(coordinates: readonly Operand[]): Cursor;
  /** A step by so many elements along each result axis, for cursors to move by. */
  step(coordinates: readonly Operand[]): Step;
  /**
   * Whether, wherever the sink loads or stores, the last element along `inner` and the first one of the next step along `outer` lie as far
   * apart as neighbours along `inner`.
   */
  continues(outer: number, inner: number): boolean;
}

/** Distances in registers, one for each tensor that the sink loads or stores; absent where there is none. */
export type Step = readonly (KernelValue | undefined)[];

export interface Cursor {
  /** The cursor one step further on. */
  moved(step: Step): Cursor;
  /** What was stored here before, one or four lanes: only in the kernel of an op that {@link KernelOp.accumulates}. */
  load(type: KernelType, offset?: readonly (readonly [number, number])[]): KernelValue;
  /**
   * Stores one or four lanes (four along the sink's vector axis). `offset` moves by constant numbers of elements per axis:
   * `[[axis, n], …]`. `lanes` < 4 stores only the first lanes of a vector.
   */
  store(value: KernelValue, offset?: readonly (readonly [number, number])[], lanes?: number): void;
}
