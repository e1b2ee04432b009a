/** A worker: plans what is in the queue until it is asked to end. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { succeeded } from '../session.ts';
import { jobIn } from './answer-check.ts';
import type { Answer, Job } from './job.ts';
import { Pool } from './pool.ts';
import { connectionOf, loadBullmq, type QueueAddress, queueName, reached } from './queue.ts';

/** A worker renews the lock of its job every half of this time. When the lock has run out, the job is given to another worker. */
const lockMilliseconds = 10_000;
const stalledMilliseconds = 5000;
/** So often a job may lose its worker before it is given up: workers may be ended by the dozen. */
const mostStalled = 20;

export interface Serving {
  readonly address: QueueAddress;
  readonly threads: number;
  /** Called when the queue is reached, and for each job that was done. */
  readonly begun: () => void;
  readonly done: (job: Job, answer: Answer, seconds: number) => void;
  /** Aborted: what is being planned is finished, and nothing else begun. */
  readonly signal: AbortSignal;
}

/**
 * Serves the queue. Plans on threads, since a lock can only be renewed by a thread that has time for it. A connection that is lost later is made
 * again. `needs-package`, `no-redis`.
 */
export async function serve({ address, threads, begun, done, signal }: Serving): Promise<Outcome<void>> {
  const bullmq = await loadBullmq();
  if (!bullmq.ok) return bullmq;
  const pool = new Pool(threads);
  const plan = async ({ data }: { readonly data: unknown }): Promise<Answer> => {
    const job = jobIn(data);
    if (job === undefined) throw new bullmq.value.UnrecoverableError('this is no point of a sweep');
    const start = performance.now();
    const answer = await pool.solve(job);
    done(job, answer, (performance.now() - start) / 1000);
    return answer;
  };
  const worker = new bullmq.value.Worker(queueName(address), plan, {
    connection: connectionOf(address),
    concurrency: threads,
    lockDuration: lockMilliseconds,
    stalledInterval: stalledMilliseconds,
    maxStalledCount: mostStalled,
  });
  worker.on('error', () => {});
  const ready = await reached(address, worker.waitUntilReady());
  if (ready.ok) {
    begun();
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  await worker.close(!ready.ok);
  await pool.close();
  return ready.ok ? succeeded(undefined) : ready;
}
