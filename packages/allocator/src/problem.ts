/**
 * The problem: buffers that live for a while, to be given offsets in one address range so that no two that live at the same
 * time share an address. Times are any integers (phases, steps, cycles), sizes and offsets any unit (bytes, words); all are
 * doubles, exact up to 2^53, since plans may be larger than a 32-bit address space.
 */
import { assertThat, type Diagnostic } from '@tessera/diagnostics';
import type { Code } from './explain/catalogue.ts';

/** A part of a buffer's life in which it takes less than all of its place: others may use the rest. As in minimalloc. */
export interface Gap {
  /** During the half-open range of times `[lower, upper)`, inside the buffer's life; the gaps of a buffer do not meet in time. */
  readonly lower: number;
  readonly upper: number;
  /** What stays taken: `[lower, upper)` counted from the buffer's offset, within its size; nothing where absent. */
  readonly window?: { readonly lower: number; readonly upper: number };
}

/**
 * Two buffers that lie at a fixed distance: offset(second) = offset(first) + distance, which may be negative. They may share addresses
 * while both are live: an operation that writes its result so far behind its own reads that it never overwrites what it still needs.
 * Buffers tied by a chain of pairs move as one; only the two of a pair may lie over each other.
 */
export interface Pair {
  /** Indices of buffers. */
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

export interface Buffer {
  /** For messages and files only; a placement speaks of indices. */
  readonly id: string | number;
  /** Live during the half-open range of times `[lower, upper)`. */
  readonly lower: number;
  readonly upper: number;
  /** 0 is allowed, and takes no place. */
  readonly size: number;
  /** The offset is a multiple of it; 1 where absent. */
  readonly alignment?: number;
  /** Absent: free to choose. */
  readonly fixedOffset?: number;
  readonly gaps?: readonly Gap[];
}

export interface Problem {
  readonly buffers: readonly Buffer[];
  readonly pairs?: readonly Pair[];
  /** The size of the address range `[0, capacity)`; without limit where absent. */
  readonly capacity?: number;
}

/** The rules that single buffers and pairs break: `bad-buffer` diagnostics, none if the problem may be given to `allocate`. O(n). */
export function checkProblem(problem: Problem): readonly Diagnostic<Code>[] {
  const messages = [...faultsOf(problem)];
  if (problem.capacity !== undefined && !isSize(problem.capacity)) {
    messages.push(`the capacity must be an integer ≥ 0, not ${problem.capacity}`);
  }
  return messages.map(message => ({ code: 'bad-buffer', severity: 'error', message }));
}

/** Throws an `InternalError` naming the first faulty buffer: for problems that the caller made, not read. */
export function assertWellFormed(problem: Problem, stage: string): void {
  for (const fault of faultsOf(problem)) assertThat(false, stage, fault);
}

function* faultsOf({ buffers, pairs = [] }: Problem): Generator<string> {
  for (const buffer of buffers) {
    const fault = faultOf(buffer);
    if (fault !== undefined) yield `buffer ${buffer.id} ${fault}`;
  }
  for (const { first, second, distance } of pairs) {
    for (const index of [first, second]) if (!buffers[index]) yield `a pair names buffer ${index} of ${buffers.length}`;
    if (first === second) yield `a pair names buffer ${first} twice`;
    if (!Number.isSafeInteger(distance)) yield `buffers lie ${distance} apart, but distances must be integers`;
  }
}

/** What a single buffer breaks, as the end of a sentence, or `undefined`. */
export function faultOf(buffer: Buffer): string | undefined {
  const { lower, upper, size, alignment = 1, fixedOffset } = buffer;
  if (!Number.isSafeInteger(lower) || !Number.isSafeInteger(upper)) {
    return `lives in [${lower}, ${upper}), but times must be integers`;
  }
  if (lower >= upper) return `lives in [${lower}, ${upper}), which is empty`;
  if (size > Number.MAX_SAFE_INTEGER) return `has size ${size}, but sizes are below 2^53`;
  if (!isSize(size)) return `has size ${size}, but sizes must be integers ≥ 0`;
  if (!isSize(alignment) || alignment === 0) return `has alignment ${alignment}, but alignments must be integers ≥ 1`;
  if (fixedOffset === undefined) return gapFault(buffer);
  if (!isSize(fixedOffset)) return `is fixed at ${fixedOffset}, but offsets must be integers ≥ 0`;
  if (fixedOffset % alignment !== 0) return `is fixed at ${fixedOffset}, which is no multiple of ${alignment}`;
  return gapFault(buffer);
}

function gapFault({ lower, upper, size, gaps }: Buffer): string | undefined {
  if (!gaps) return undefined;
  let before = lower;
  for (const gap of gaps.toSorted((a, b) => a.lower - b.lower)) {
    const times = `a gap in [${gap.lower}, ${gap.upper})`;
    if (!Number.isSafeInteger(gap.lower) || !Number.isSafeInteger(gap.upper))
      return `has ${times}, but times must be integers`;
    if (gap.lower >= gap.upper) return `has ${times}, which is empty`;
    if (gap.lower < lower || gap.upper > upper) return `has ${times}, but lives in [${lower}, ${upper})`;
    if (gap.lower < before) return `has ${times}, which meets another`;
    before = gap.upper;
    const { window } = gap;
    if (
      window &&
      !(isSize(window.lower) && isSize(window.upper) && window.lower <= window.upper && window.upper <= size)
    ) {
      return `keeps [${window.lower}, ${window.upper}) in a gap, but has [0, ${size})`;
    }
  }
  return undefined;
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
