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

/**
 * Runs `line` for every combination of indices below `counts` and what it gives for every index below `turns` there; the workers share
 * all turns evenly. Indices are taken apart once a line.
 */
export function shareLines(
  k: KernelBuilder,
  counts: readonly Operand[],
  turns: Operand,
  line: (indices: readonly Operand[]) => (turn: KernelValue) => void,
): void {
  const lines = counts.reduce<KernelValue>((product, count) => k.mul(product, count), k.i32(1));
  k.share(k.mul(lines, turns), (from, to) => {
    const length = k.max(turns, k.i32(1));
    k.loop(k.div(from, length), k.div(k.sub(k.add(to, length), 1), length), unit => {
      const body = line(indicesOf(k, counts, unit));
      const start = k.mul(unit, turns);
      k.loop(k.max(k.sub(from, start), 0), k.min(k.sub(to, start), turns), body);
    });
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
