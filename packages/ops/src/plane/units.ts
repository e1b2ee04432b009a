/** Dividing nested loops among the workers of a tile. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera/graph';

/** As many pieces of work are enough to divide among the workers of a tile. */
export const enoughUnits = 24;

/**
 * Runs `body` for every combination of indices `0 … counts[i] - 1`, the last one fastest; the workers share the combinations evenly.
 * A count that is the number 1 costs nothing.
 */
export function shareUnits(
  k: KernelBuilder,
  counts: readonly Operand[],
  body: (indices: readonly Operand[]) => void,
): void {
  const total = counts.reduce<KernelValue>((product, count) => k.mul(product, count), k.i32(1));
  k.share(total, (from, to) => {
    k.loop(from, to, unit => body(indicesOf(k, counts, unit)));
  });
}

function indicesOf(k: KernelBuilder, counts: readonly Operand[], unit: KernelValue): readonly Operand[] {
  const indices: Operand[] = counts.map(() => 0);
  const outermost = counts.findIndex(count => count !== 1);
  let rest = unit;
  for (let i = counts.length - 1; i > outermost; i--) {
    if (counts[i] === 1) continue;
    indices[i] = k.rem(rest, counts[i]);
    rest = k.div(rest, counts[i]);
  }
  if (outermost >= 0) indices[outermost] = rest;
  return indices;
}
