/** What a reduction does with the elements it meets, for one or four results at a time. */
import type { Combine, KernelBuilder, KernelCell, KernelValue } from '@tessera/graph';
import { combineIdentity, combineRegisters, vectorOf } from '@tessera/graph';

export type Lanes = 1 | 4;

/** The running state is a list of cells. */
export interface Fold {
  readonly start: (lanes: Lanes) => readonly KernelCell[];
  /** Takes in one element per lane; `index` is its coordinate along the innermost reduced axis. */
  readonly take: (state: readonly KernelCell[], value: KernelValue, index: KernelValue) => void;
  readonly result: (state: readonly KernelCell[]) => KernelValue;
  /** Joins two values of the state where the order of elements does not matter. */
  readonly join?: (a: KernelValue, b: KernelValue) => KernelValue;
}

/** Folds of one number by an associative function. */
export function combining(k: KernelBuilder, type: 'f32' | 'i32', combine: Combine): Fold {
  const join = (a: KernelValue, b: KernelValue): KernelValue => combineRegisters(k, combine, a, b);
  return {
    start: lanes => [k.cell(k.constant(lanes === 4 ? vectorOf(type) : type, combineIdentity(type, combine)))],
    take: ([sum], value) => k.set(sum, join(k.get(sum), value)),
    result: ([sum]) => k.get(sum),
    join,
  };
}
