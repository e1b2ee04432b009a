/** Small random problems, and the lowest height any placement of them can have, by trying every order. */
import fc from 'fast-check';
import type { Buffer } from '../src/index.ts';

export function problems(options: { readonly most?: number; readonly fixed?: boolean } = {}): fc.Arbitrary<Buffer[]> {
  const buffer = fc.record({
    lower: fc.integer({ min: -3, max: 8 }),
    length: fc.integer({ min: 1, max: 6 }),
    size: fc.integer({ min: 0, max: 12 }),
    alignment: fc.constantFrom(1, 1, 2, 4),
    fixed: options.fixed
      ? fc.option(fc.integer({ min: 0, max: 8 }), { freq: 4, nil: undefined })
      : fc.constant(undefined),
  });
  return fc.array(buffer, { maxLength: options.most ?? 12 }).map(rows =>
    rows.map(({ lower, length, size, alignment, fixed }, id) => ({
      id,
      lower,
      upper: lower + length,
      size,
      alignment,
      ...(fixed === undefined ? {} : { fixedOffset: fixed * alignment }),
    })),
  );
}

/**
 * The optimum by brute force: each buffer in turn at every offset up to the best height so far. Only for a handful of small buffers.
 * Tries addresses, not orders, so it has no idea in common with a greedy allocator.
 */
export function optimalHeight(buffers: readonly Buffer[]): number {
  let best = buffers.reduce((sum, buffer) => sum + buffer.size + (buffer.alignment ?? 1), 0);
  const offsets: number[] = [];
  const free = (index: number, offset: number) =>
    offsets.every((other, j) => {
      const [a, b] = [buffers[j], buffers[index]];
      const apart = a.upper <= b.lower || b.upper <= a.lower;
      return apart || other + a.size <= offset || offset + b.size <= other;
    });
  const place = (index: number, height: number): void => {
    if (height >= best) return;
    if (index === buffers.length) {
      best = height;
      return;
    }
    const { size, alignment = 1 } = buffers[index];
    for (let offset = 0; offset + size < best; offset += alignment) {
      if (!free(index, offset)) continue;
      offsets.push(offset);
      place(index + 1, Math.max(height, offset + size));
      offsets.pop();
    }
  };
  place(0, 0);
  return best;
}
