/** Plans on the threads of this machine. */
import Tinypool from 'tinypool';
import type { Answer, Job } from './job.ts';

/** A job, and the name of its answer. */
export interface Task {
  readonly key: string;
  readonly job: Job;
}

/** Threads that plan. Each keeps its compiled code from job to job. */
export class Pool {
  readonly #pool: Tinypool;

  constructor(threads: number) {
    const file = import.meta.url.replace(/pool(\.[jt]s)$/, 'thread$1');
    // What the process was started with is of no use to a thread; from the sources, the packages' sources are meant.
    const execArgv = file.endsWith('.ts') ? ['--conditions=@tessera/source'] : [];
    // Planning makes much that soon is garbage: with a large nursery less of it is copied.
    const resourceLimits = { maxYoungGenerationSizeMb: 192 };
    this.#pool = new Tinypool({ filename: file, minThreads: threads, maxThreads: threads, execArgv, resourceLimits });
  }

  /** The answer, when a thread has had time for it. Rejects where the thread ends: out of memory, or by a fault in Tessera. */
  async solve(job: Job): Promise<Answer> {
    return (await this.#pool.run(job, { name: 'answer' })) as Answer;
  }

  /** Ends all threads, whatever they do. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
