/** Truth values in registers. */
import type { KernelValue } from '@tessera/graph';
import { scalarOf } from '@tessera/graph';

/** Whether `x`, of one lane or four, holds truth values. */
export function isTruth(x: KernelValue): boolean {
  return scalarOf(x.type) === 'bool';
}
