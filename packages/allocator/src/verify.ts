/**
 * The referee: checks a placement rule by rule, in O(n²), and says which rules are broken. It shares no code with the allocators, and uses
 * the times of the problem instead of compressed ones, so that no fault of theirs can hide from it. For two buffers with gaps it compares
 * what each takes at every time at which that changes for one of them.
 */
import type { Buffer, Pair, Problem } from './problem.ts';

/** A rule that a placement breaks; buffers and pairs are named by their indices. */
export type Violation =
  | { readonly rule: 'one-offset-each'; readonly expected: number; readonly found: number }
  | { readonly rule: 'whole-offset'; readonly buffer: number; readonly offset: number }
  | { readonly rule: 'alignment'; readonly buffer: number; readonly offset: number }
  | { readonly rule: 'fixed-offset'; readonly buffer: number; readonly offset: number }
  | { readonly rule: 'capacity'; readonly buffer: number; readonly end: number }
  | { readonly rule: 'pair'; readonly pair: number; readonly distance: number }
  | { readonly rule: 'no-overlap'; readonly first: number; readonly second: number };

/** Everything that is wrong with `offsets` (by the index of the buffer) as a solution of `problem`; nothing if it is one. */
export function verifyPlacement(problem: Problem, offsets: ArrayLike<number>): readonly Violation[] {
  const { buffers, pairs = [] } = problem;
  if (offsets.length !== buffers.length) {
    return [{ rule: 'one-offset-each', expected: buffers.length, found: offsets.length }];
  }
  const violations: Violation[] = [];
  const mayOverlap = pairsAsText(pairs);
  for (let i = 0; i < buffers.length; i++) {
    violations.push(...violationsOf(i, offsets[i], problem));
    for (let j = 0; j < i; j++) {
      if (collide(buffers[j], offsets[j], buffers[i], offsets[i]) && !mayOverlap.has(`${j},${i}`)) {
        violations.push({ rule: 'no-overlap', first: j, second: i });
      }
    }
  }
  pairs.forEach(({ first, second, distance }, pair) => {
    const found = offsets[second] - offsets[first];
    if (found !== distance) violations.push({ rule: 'pair', pair, distance: found });
  });
  return violations;
}

/** One sentence about `violation` that names buffers by their ids. */
export function describeViolation(violation: Violation, { buffers, capacity, pairs = [] }: Problem): string {
  switch (violation.rule) {
    case 'one-offset-each':
      return `${violation.expected} buffers, but ${violation.found} offsets`;
    case 'whole-offset':
      return `buffer ${buffers[violation.buffer].id} is at ${violation.offset}, which is no integer ≥ 0`;
    case 'alignment': {
      const { id, alignment } = buffers[violation.buffer];
      return `buffer ${id} is at ${violation.offset}, which is no multiple of ${alignment}`;
    }
    case 'fixed-offset': {
      const { id, fixedOffset } = buffers[violation.buffer];
      return `buffer ${id} is at ${violation.offset}, but fixed at ${fixedOffset}`;
    }
    case 'capacity':
      return `buffer ${buffers[violation.buffer].id} ends at ${violation.end}, above the capacity ${capacity}`;
    case 'pair': {
      const { first, second, distance } = pairs[violation.pair];
      return `buffer ${buffers[second].id} is ${violation.distance} behind buffer ${buffers[first].id}, not ${distance}`;
    }
    case 'no-overlap':
      return `buffers ${buffers[violation.first].id} and ${buffers[violation.second].id} share a place while both are live`;
  }
}

/** Whether two buffers at these offsets ever share an address. What they take changes only where a life or a gap begins or ends. */
function collide(a: Buffer, offsetA: number, b: Buffer, offsetB: number): boolean {
  const from = Math.max(a.lower, b.lower);
  const to = Math.min(a.upper, b.upper);
  if (from >= to || offsetA >= offsetB + b.size || offsetB >= offsetA + a.size) return false;
  const gaps = [...(a.gaps ?? []), ...(b.gaps ?? [])];
  const changes = gaps.flatMap(({ lower, upper }) => [lower, upper]).filter(time => time > from && time < to);
  return [from, ...changes].some(time => {
    const [lowA, highA] = takenAt(a, offsetA, time);
    const [lowB, highB] = takenAt(b, offsetB, time);
    return lowA < highA && lowB < highB && lowA < highB && lowB < highA;
  });
}

/** The addresses `[low, high)` that a live buffer takes at `time`. */
function takenAt({ size, gaps = [] }: Buffer, offset: number, time: number): readonly [number, number] {
  const gap = gaps.find(({ lower, upper }) => lower <= time && time < upper);
  if (!gap) return [offset, offset + size];
  return gap.window ? [offset + gap.window.lower, offset + gap.window.upper] : [offset, offset];
}

function pairsAsText(pairs: readonly Pair[]): ReadonlySet<string> {
  return new Set(pairs.map(({ first, second }) => `${Math.min(first, second)},${Math.max(first, second)}`));
}

function violationsOf(buffer: number, offset: number, { buffers, capacity }: Problem): readonly Violation[] {
  const { size, alignment = 1, fixedOffset } = buffers[buffer];
  if (!Number.isSafeInteger(offset) || offset < 0) return [{ rule: 'whole-offset', buffer, offset }];
  const violations: Violation[] = [];
  if (offset % alignment !== 0) violations.push({ rule: 'alignment', buffer, offset });
  if (fixedOffset !== undefined && offset !== fixedOffset) violations.push({ rule: 'fixed-offset', buffer, offset });
  if (capacity !== undefined && size > 0 && offset + size > capacity) {
    violations.push({ rule: 'capacity', buffer, end: offset + size });
  }
  return violations;
}
