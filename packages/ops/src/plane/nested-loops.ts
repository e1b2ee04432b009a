/** Loops inside loops. */
import type { KernelBuilder, Operand } from '@tessera/graph';

/** Runs `body` for every combination of indices from 0, the last one fastest. */
export function nestedLoops(
  k: KernelBuilder,
  counts: readonly Operand[],
  body: (indices: readonly Operand[]) => void,
): void {
  const nest = (indices: readonly Operand[]): void => {
    if (indices.length === counts.length) body(indices);
    else k.loop(0, counts[indices.length], index => nest([...indices, index]));
  };
  nest([]);
}
