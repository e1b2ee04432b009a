/** How long to search. */
import type { Flags } from './flags.ts';

export interface Budget {
  readonly nodes: number;
  readonly isOver: () => boolean;
  /** What it was, for a message. */
  readonly said: string;
}

/** Seconds where nothing else is said: with a capacity there is an end, without one there is always something lower to look for. */
const defaultSeconds = { withCapacity: 60, without: 5 } as const;

/** The limits that the flags set. With `--nodes` alone no clock runs, so that the result is the same on every machine. */
export function budgetOf({ seconds, nodes }: Flags, hasCapacity: boolean): Budget {
  if (nodes !== undefined && seconds === undefined) return { nodes, isOver: () => false, said: `${nodes} steps` };
  const limit = seconds ?? (hasCapacity ? defaultSeconds.withCapacity : defaultSeconds.without);
  return { nodes: nodes ?? Number.MAX_SAFE_INTEGER, isOver: clock(limit), said: `${limit} s` };
}

/** Says from now on whether so many seconds are over. */
export function clock(seconds: number): () => boolean {
  const end = performance.now() + seconds * 1000;
  return () => performance.now() > end;
}
