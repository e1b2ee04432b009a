/** What a thread of the pool does: `tinypool` calls it with each job. */
import { enableCompileCache } from 'node:module';
import type { Answer, Job } from './job.ts';

/** The answer to one point. The compiler is loaded with the first, from the cache of compiled code, which each thread has to ask for. */
export async function answer(job: Job): Promise<Answer> {
  enableCompileCache?.();
  const { solve } = await import('./solve.ts');
  return solve(job);
}
