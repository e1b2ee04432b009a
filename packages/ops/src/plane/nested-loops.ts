/** Loops inside loops, which the workers do not divide. */
import type { KernelBuilder, Operand } from '@tessera-dnn/graph/kernel';

/** Writes `body` inside loops over all combinations of indices `0 … counts[i] - 1`; the last index is the innermost loop. */
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
