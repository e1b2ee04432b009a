/** How many threads run a program: as many as the user says, or as many as pay on this machine. */
import { availableParallelism } from 'node:os';
import type { Threads } from '@tessera-dnn/chip';
import { type Manifest, mostThreads } from '@tessera-dnn/machine';
import { modelledSeconds } from './limit.ts';

/** To start threads takes some tens of milliseconds, of which a second one can save at most half of the work. */
const worthwhileSeconds = 0.25;

/** For how many threads a text is compiled that is to run here. Bits do not depend on it. */
export function compiledThreads(wanted: Threads = 'auto'): number {
  return wanted === 'auto' ? Math.min(availableParallelism(), mostThreads) : wanted;
}

/** On how many threads so many runs of a program are made. */
export function threadsFor(
  wanted: Threads | undefined,
  { programs, chip }: Manifest,
  program: string,
  runs: number,
): Threads {
  if (wanted !== undefined && wanted !== 'auto') return wanted;
  return runs * modelledSeconds(programs[program], chip) < worthwhileSeconds ? 1 : 'auto';
}
