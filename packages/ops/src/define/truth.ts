/** Truth values in registers. */
import type { KernelValue } from '@tessera/graph/kernel';
import { scalarOf } from '@tessera/graph/kernel';

/** Whether `x`, of one lane or four, holds truth values. */
export function isTruth(x: KernelValue): boolean {
  return scalarOf(x.type) === 'bool';
}
