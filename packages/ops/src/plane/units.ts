/** Divides nested loops among the workers of a tile. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';

/** With so many pieces of work or more, the workers of a tile get about equal shares. */
export const enoughUnits = 24;

/**
 * Writes `body` inside a loop over all combinations of indices `0 … counts[i] - 1`, of which the last runs fastest. The workers divide the
 * combinations evenly. A count that is the number 1 costs nothing.
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
 * Writes `line` inside a loop over all combinations of indices below `counts`, and what it returns inside a loop over the indices below
 * `turns`. The workers divide all turns evenly. The indices of a line are worked out once for all its turns.
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
