/**
 * The problem: buffers that live for a while are to be given offsets in one range of addresses so that no two that live at the same time
 * share an address. Times are any integers (phases, steps, cycles), sizes and offsets integers of any unit (bytes, words). All are doubles,
 * exact up to 2^53, since a plan may be larger than a 32-bit address space.
 */
import { assertThat, type Diagnostic } from '@tessera-dnn/diagnostics';
import type { Code } from './explain/catalogue.ts';

/** A part of a buffer's life in which it needs only some of its addresses, or none; others may use the rest then. As in minimalloc. */
export interface Gap {
  /** During the half-open range of times `[lower, upper)`, inside the buffer's life; the gaps of a buffer do not meet in time. */
  readonly lower: number;
  readonly upper: number;
  /** The addresses `[lower, upper)` that it keeps, counted from its offset and within its size; it keeps none where this is absent. */
  readonly window?: { readonly lower: number; readonly upper: number };
}

/**
 * Two buffers that lie at a fixed distance: offset(second) = offset(first) + distance, which may be negative. They may share addresses
 * while both are live. This is for an operation that writes its result so far behind its own reads that it never overwrites what it has
 * still to read. Buffers tied by a chain of pairs move as one; only the two buffers of one pair may lie over each other.
 */
export interface Pair {
  /** The buffers, by their indices. */
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

/** What is to be placed. */
export interface Buffer {
  /** For messages and files only; a placement knows buffers by their indices. */
  readonly id: string | number;
  /** It is live during the half-open range of times `[lower, upper)`. */
  readonly lower: number;
  readonly upper: number;
  /** At least 0; a buffer of size 0 takes no addresses. */
  readonly size: number;
  /** The offset must be a multiple of this; 1 by default. */
  readonly alignment?: number;
  /** The offset that it must have; absent if it may have any. */
  readonly fixedOffset?: number;
  readonly gaps?: readonly Gap[];
}

/** What is to be placed, and where. */
export interface Problem {
  readonly buffers: readonly Buffer[];
  readonly pairs?: readonly Pair[];
  /** The size of the range of addresses `[0, capacity)`; without it there is no limit. */
  readonly capacity?: number;
}

/** A `bad-buffer` for each buffer or pair that is not well formed; none if the problem may be given to `allocate`. O(n). */
export function checkProblem(problem: Problem): readonly Diagnostic<Code>[] {
  const messages = [...faultsOf(problem)];
  if (problem.capacity !== undefined && !isSize(problem.capacity)) {
    messages.push(`the capacity must be an integer ≥ 0, not ${problem.capacity}`);
  }
  return messages.map(message => ({ code: 'bad-buffer', severity: 'error', message }));
}

/** Throws an `InternalError` that names `stage` and the first faulty buffer or pair: for problems that a program made, not a user. */
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

/** What is wrong with a single buffer, as the end of a sentence (`has size -1, but …`), or `undefined`. */
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
