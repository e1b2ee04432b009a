/**
 * The problem: buffers that live for a while, to be given offsets in one address range so that no two that live at the same
 * time share an address. Times are any integers (phases, steps, cycles), sizes and offsets any unit (bytes, words); all are
 * doubles, exact up to 2^53, since plans may be larger than a 32-bit address space.
 */
import { assertThat, type Diagnostic } from '@tessera/diagnostics';

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
}

export interface Problem {
  readonly buffers: readonly Buffer[];
  /** The size of the address range `[0, capacity)`; without limit where absent. */
  readonly capacity?: number;
}

/** The rules a single buffer breaks: `bad-buffer` diagnostics, none if the problem may be given to `allocate`. O(n). */
export function checkProblem(problem: Problem): readonly Diagnostic[] {
  const messages = problem.buffers.flatMap(buffer => {
    const message = faultOf(buffer);
    return message === undefined ? [] : [`buffer ${buffer.id} ${message}`];
  });
  if (problem.capacity !== undefined && !isSize(problem.capacity)) {
    messages.push(`the capacity must be an integer ≥ 0, not ${problem.capacity}`);
  }
  return messages.map(message => ({ code: 'bad-buffer', severity: 'error', message }));
}

/** What a single buffer breaks, as the end of a sentence, or `undefined`. */
export function faultOf({ lower, upper, size, alignment = 1, fixedOffset }: Buffer): string | undefined {
  if (!Number.isSafeInteger(lower) || !Number.isSafeInteger(upper)) {
    return `lives in [${lower}, ${upper}), but times must be integers`;
  }
  if (lower >= upper) return `lives in [${lower}, ${upper}), which is empty`;
  if (!isSize(size)) return `has size ${size}, but sizes must be integers ≥ 0`;
  if (!isSize(alignment) || alignment === 0) return `has alignment ${alignment}, but alignments must be integers ≥ 1`;
  if (fixedOffset === undefined) return undefined;
  if (!isSize(fixedOffset)) return `is fixed at ${fixedOffset}, but offsets must be integers ≥ 0`;
  return fixedOffset % alignment === 0 ? undefined : `is fixed at ${fixedOffset}, which is no multiple of ${alignment}`;
}

/** Throws an `InternalError` naming the first faulty buffer: for problems that the caller made, not read. */
export function assertWellFormed({ buffers }: Problem, stage: string): void {
  for (const buffer of buffers) {
    const fault = faultOf(buffer);
    if (fault !== undefined) assertThat(false, stage, `buffer ${buffer.id} ${fault}`);
  }
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
