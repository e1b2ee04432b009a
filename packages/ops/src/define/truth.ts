/** Truth values in registers. */
import type { KernelValue } from '@tessera-dnn/graph/kernel';
import { scalarOf } from '@tessera-dnn/graph/kernel';

/** Whether `x`, of one lane or four, holds truth values. */
export function isTruth(x: KernelValue): boolean {
  return scalarOf(x.type) === 'bool';
}
