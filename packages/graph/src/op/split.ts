/**
 * How the work of a node may be cut and where its elements lie: its space, the layouts it takes, what it may be written over, what it reduces,
 * and the moves that stand for a kernel. Passes and tiling ask it, node by node, and never look at an op's name.
 */
import type { Attributes } from '../graph.ts';
import type { Layout } from '../layout.ts';
import type { TensorType } from '../types.ts';

/** What every facet of one node may ask. */
export interface OpContext<A extends Attributes = Attributes> {
  readonly operands: readonly TensorType[];
  readonly attributes: A;
  /** The op's own result, before any epilogue. */
  readonly result: TensorType;
}

export type Combine = 'add' | 'max' | 'min' | 'mul';

/** The iteration space of a kernel op: the result's axes, then the axes that are summed away. */
export interface Space {
  readonly extents: readonly number[];
  /** How partial results over a summed axis are combined; one entry per extent after the result's. An axis that must stay whole has none. */
  readonly combine: readonly (Combine | undefined)[];
  /** Result axes that must not be cut (a cumulative sum's axis). */
  readonly whole?: readonly number[];
  /**
   * Axes along which a box may be moved, by whole quanta and its regions with it, without another kernel coming of it: it reads no
   * absolute coordinate there and has no edges. Cells that differ along these axes only are recorded once. Absent: none.
   */
  readonly movable?: readonly number[];
  /** Stretches of other axes, away from their edges, within which a box may be moved in the same way. Absent: none. */
  readonly inner?: readonly Inner[];
}

/** The indices `[from, to)` of an axis: a box that lies within may be moved there by whole multiples of `by`. */
export interface Inner {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly by: number;
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
  /** Whether its kernel takes whole quanta only, and a slower one all else. */
  readonly wholeQuanta?: boolean;
  /**
   * The name of another algorithm than the plain sum, by which it is left out on request. Its results are rounded otherwise, and it needs scratch
   * memory: it is for fast math, where one worker runs specialised code.
   */
  readonly algorithm?: string;
  /** Extents of a part of the space that is large enough to tell from its kernel what a point costs; absent: any small part is. */
  readonly piece?: readonly number[];
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
