/** Registers of truth values. */
import type { KernelValue } from '@tessera/graph';
import { scalarOf } from '@tessera/graph';

export function isTruth(x: KernelValue): boolean {
  return scalarOf(x.type) === 'bool';
}
