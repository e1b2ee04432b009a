/** What a thread of the pool does: `tinypool` calls it with each job. */
import type { Answer, Job } from './job.ts';
import { solve } from './solve.ts';

/** The answer to one point. */
export function answer(job: Job): Answer {
  return solve(job);
}
