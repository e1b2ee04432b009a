/** How a reduction combines elements, for one or four results at a time. */
import type { KernelBuilder, KernelCell, KernelValue } from '@tessera-dnn/graph/kernel';
import { combineIdentity, combineRegisters, vectorOf } from '@tessera-dnn/graph/kernel';
import type { Combine } from '@tessera-dnn/graph/op';

/** How many results are computed at a time. */
export type Lanes = 1 | 4;

/** A reduction step by step. Its state, one for each lane, is kept in a list of cells. */
export interface Fold {
  /** Makes the state before any element. */
  readonly start: (lanes: Lanes) => readonly KernelCell[];
  /** Combines the state with one element for each lane; `index` is the coordinate along the innermost reduced axis. */
  readonly take: (state: readonly KernelCell[], value: KernelValue, index: KernelValue) => void;
  /** The results, after the last element. */
  readonly result: (state: readonly KernelCell[]) => KernelValue;
  /** Joins the states of two parts of the elements into that of both; only where the order of elements does not matter. */
  readonly join?: (a: KernelValue, b: KernelValue) => KernelValue;
}

/** The fold whose state is one number of `type`, and which combines by `+`, `×`, `max` or `min`. */
export function combining(k: KernelBuilder, type: 'f32' | 'i32', combine: Combine): Fold {
  const join = (a: KernelValue, b: KernelValue): KernelValue => combineRegisters(k, combine, a, b);
  return {
    start: lanes => [k.cell(k.constant(lanes === 4 ? vectorOf(type) : type, combineIdentity(type, combine)))],
    take: ([sum], value) => k.set(sum, join(k.get(sum), value)),
    result: ([sum]) => k.get(sum),
    join,
  };
}
