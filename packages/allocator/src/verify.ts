/**
 * The referee: checks a placement rule by rule, in O(n²), and says which one is broken. It shares no code with the allocators, and
 * uses the problem's own times, not compressed ones, so that what it checks cannot mislead it.
 */
import type { Buffer, Problem } from './problem.ts';

/** Which rule a placement breaks; buffers by index. */
export type Violation =
  | { readonly rule: 'one-offset-each'; readonly expected: number; readonly found: number }
  | { readonly rule: 'whole-offset'; readonly buffer: number; readonly offset: number }
  | { readonly rule: 'alignment'; readonly buffer: number; readonly offset: number }
  | { readonly rule: 'fixed-offset'; readonly buffer: number; readonly offset: number }
  | { readonly rule: 'capacity'; readonly buffer: number; readonly end: number }
  | { readonly rule: 'no-overlap'; readonly first: number; readonly second: number };

/** Everything that is wrong with `offsets` (by the buffer's index) as a solution of `problem`; empty if nothing is. */
export function verifyPlacement(problem: Problem, offsets: ArrayLike<number>): readonly Violation[] {
  const { buffers } = problem;
  if (offsets.length !== buffers.length) {
    return [{ rule: 'one-offset-each', expected: buffers.length, found: offsets.length }];
  }
  const violations: Violation[] = [];
  for (let i = 0; i < buffers.length; i++) {
    violations.push(...violationsOf(i, offsets[i], problem));
    for (let j = 0; j < i; j++) {
      if (collide(buffers[j], offsets[j], buffers[i], offsets[i])) {
        violations.push({ rule: 'no-overlap', first: j, second: i });
      }
    }
  }
  return violations;
}

/** One sentence about `violation`, with the buffers' ids. */
export function describeViolation(violation: Violation, { buffers, capacity }: Problem): string {
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
    case 'no-overlap':
      return `buffers ${buffers[violation.first].id} and ${buffers[violation.second].id} share a place while both are live`;
  }
}

/** Whether two buffers at these offsets share a time and an address. */
function collide(a: Buffer, offsetA: number, b: Buffer, offsetB: number): boolean {
  const together = a.lower < b.upper && b.lower < a.upper;
  const somewhere = a.size > 0 && b.size > 0 && offsetA < offsetB + b.size && offsetB < offsetA + a.size;
  return together && somewhere;
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
