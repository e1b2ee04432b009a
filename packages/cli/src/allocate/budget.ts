/** How long `tessera-allocate` searches. */
import type { AllocateFlags } from './flags.ts';

export interface Budget {
  readonly nodes: number;
  readonly isOver: () => boolean;
  /** The limit in words, for messages. */
  readonly said: string;
}

/**
 * The default limits. With a capacity the search ends as soon as everything fits; without one it could always look for a lower placement,
 * so it gets less time.
 */
const defaultSeconds = { withCapacity: 60, without: 5 } as const;

/** The limits that the flags set. With `--nodes` alone no clock runs, so that the result is the same on every machine. */
export function budgetOf({ seconds, nodes }: AllocateFlags, hasCapacity: boolean): Budget {
  if (nodes !== undefined && seconds === undefined) return { nodes, isOver: () => false, said: `${nodes} steps` };
  const limit = seconds ?? (hasCapacity ? defaultSeconds.withCapacity : defaultSeconds.without);
  return { nodes: nodes ?? Number.MAX_SAFE_INTEGER, isOver: clock(limit), said: `${limit} s` };
}

/** A function that tells whether so many seconds have passed since this call. */
export function clock(seconds: number): () => boolean {
  const end = performance.now() + seconds * 1000;
  return () => performance.now() > end;
}
