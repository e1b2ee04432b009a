/** How many threads run a program: as many as the user says, or as many as pay on this machine. */
import { availableParallelism } from 'node:os';
import type { Threads } from '@tessera-dnn/chip';
import { type Manifest, mostThreads } from '@tessera-dnn/machine';
import { isArtifactName } from './artifact.ts';
import { modelledSeconds } from './limit.ts';

/** To start threads takes some tens of milliseconds, of which a second one can save at most half of the work. */
const worthwhileSeconds = 0.25;

/** For how many threads a text is compiled that is to run here. Bits do not depend on it. */
export function compiledThreads(wanted: Threads = 'auto'): number {
  return wanted === 'auto' ? Math.min(availableParallelism(), mostThreads) : wanted;
}

/** What is run on threads: a program of the artifact that was made of a file, so many times. */
export interface Task {
  readonly file: string;
  readonly manifest: Manifest;
  readonly program: string;
  readonly runs: number;
}

/** On how many threads it is done. A text whose work is not worth dividing was compiled for one, whatever the user wants. */
export function threadsFor(wanted: Threads | undefined, { file, manifest, program, runs }: Task): Threads {
  const { programs, chip, threads: most = 1 } = manifest;
  if (wanted !== undefined && wanted !== 'auto') return isArtifactName(file) ? wanted : Math.min(wanted, most);
  return runs * modelledSeconds(programs[program], chip) < worthwhileSeconds ? 1 : 'auto';
}
