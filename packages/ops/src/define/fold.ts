/** What a reduction does with the elements it meets, for one or four results at a time. */
import type { Combine, KernelBuilder, KernelCell, KernelValue } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';

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
    start: lanes => [k.cell(k.constant(lanes === 4 ? vectorOf(type) : type, identity(type, combine)))],
    take: ([sum], value) => k.set(sum, join(k.get(sum), value)),
    result: ([sum]) => k.get(sum),
    join,
  };
}

function combineRegisters(k: KernelBuilder, combine: Combine, a: KernelValue, b: KernelValue): KernelValue {
  switch (combine) {
    case 'add':
      return k.add(a, b);
    case 'mul':
      return k.mul(a, b);
    case 'max':
      return k.max(a, b);
    case 'min':
      return k.min(a, b);
  }
}

/** The value that changes nothing. */
export function identity(type: 'f32' | 'i32', combine: Combine): number {
  switch (combine) {
    case 'add':
      return 0;
    case 'mul':
      return 1;
    case 'max':
      return type === 'f32' ? -Infinity : -(2 ** 31);
    case 'min':
      return type === 'f32' ? Infinity : 2 ** 31 - 1;
  }
}
