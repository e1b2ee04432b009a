/**
 * Small random problems, and the lowest height that a placement of them can have, found by trying every address, which has no idea in common
 * with an allocator that tries orders.
 */
import fc from 'fast-check';
import { type Buffer, type Gap, type Pair, type Problem, verifyPlacement } from '../src/index.ts';

export interface ProblemOptions {
  readonly most?: number;
  readonly fixed?: boolean;
  readonly largest?: number;
}

export function problems(options: ProblemOptions = {}): fc.Arbitrary<Buffer[]> {
  const buffer = fc.record({
    lower: fc.integer({ min: -3, max: 8 }),
    length: fc.integer({ min: 1, max: 6 }),
    size: fc.integer({ min: 0, max: options.largest ?? 12 }),
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

/** Problems that also have gaps and pairs. A chain of pairs may tie two buffers that exclude each other. */
export function problemsOfAllKinds(options: ProblemOptions = {}): fc.Arbitrary<Problem> {
  return problems(options).chain(buffers => {
    const withGaps = fc.tuple(
      ...buffers.map(buffer => gapsOf(buffer).map(gaps => (gaps ? { ...buffer, gaps } : buffer))),
    );
    const pairs = buffers.length < 2 ? fc.constant([]) : fc.array(pairOf(buffers.length), { maxLength: 3 });
    return fc.record({ buffers: withGaps, pairs });
  });
}

function gapsOf({ lower, upper, size }: Buffer): fc.Arbitrary<readonly Gap[] | undefined> {
  const gap = fc
    .tuple(fc.integer({ min: lower, max: upper - 1 }), fc.nat(2), fc.nat(size), fc.nat(size), fc.boolean())
    .map(([from, more, a, b, isEmpty]) => ({
      lower: from,
      upper: Math.min(from + 1 + more, upper),
      ...(isEmpty ? {} : { window: { lower: Math.min(a, b), upper: Math.max(a, b) } }),
    }));
  const apart = fc.array(gap, { maxLength: 2 }).map(([one, two]) => {
    if (!one) return undefined;
    return two && (one.upper <= two.lower || two.upper <= one.lower) ? [one, two] : [one];
  });
  return fc.oneof(fc.constant(undefined), apart);
}

function pairOf(count: number): fc.Arbitrary<Pair> {
  return fc
    .tuple(fc.nat(count - 1), fc.integer({ min: 1, max: count - 1 }), fc.integer({ min: -6, max: 6 }))
    .map(([first, step, distance]) => ({ first, second: (first + step) % count, distance }));
}

/** The least height; infinite if no placement below `limit` obeys the rules. It is only for a handful of small buffers. */
export function optimalHeight(problem: Problem, limit = 60): number {
  const { buffers, pairs = [] } = problem;
  let best = Number.POSITIVE_INFINITY;
  const offsets: number[] = [];
  // The referee checks the buffers placed so far; for it, the others do not exist.
  const isLegal = (count: number) =>
    verifyPlacement(
      { buffers: buffers.slice(0, count), pairs: pairs.filter(({ first, second }) => Math.max(first, second) < count) },
      offsets,
    ).length === 0;
  const place = (index: number, height: number): void => {
    if (height >= Math.min(best, limit)) return;
    if (index === buffers.length) {
      best = height;
      return;
    }
    const { size, alignment = 1 } = buffers[index];
    const tied = pairs.find(({ first, second }) => Math.max(first, second) === index);
    const only = buffers[index].fixedOffset ?? (tied && tiedOffset(tied, index, offsets));
    const last = Math.min(best, limit) - size;
    for (
      let offset = only ?? 0;
      only === undefined ? offset < Math.max(last, 1) : offset === only;
      offset += alignment
    ) {
      offsets.push(offset);
      if (isLegal(index + 1)) place(index + 1, size > 0 ? Math.max(height, offset + size) : height);
      offsets.pop();
    }
  };
  place(0, 0);
  return best;
}

function tiedOffset({ first, second, distance }: Pair, index: number, offsets: readonly number[]): number {
  return index === second ? offsets[first] + distance : offsets[second] - distance;
}
