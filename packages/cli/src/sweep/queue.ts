/**
 * The queue in Redis (or Valkey) through which many machines plan the points of one sweep, by BullMQ. A job's name is that of its answer, so
 * that what was planned for one sweep is known to all; the queue's name ends with the compiler's version, so that no other compiler answers.
 *
 * What is in Redis may be lost at any time, and comes back: the sweep looks after the points for which it has no answer, and puts back those that
 * are not there. A job whose worker ended is given to another one when its lock, which a worker renews every few seconds, has run out.
 */

import type { Outcome } from '@tessera-dnn/diagnostics';
import type { JobsOptions, Queue, Job as QueuedJob, QueueEvents } from 'bullmq';
import { failed, succeeded } from '../session.ts';
import { isAnswer } from './answer-check.ts';
import { compilerVersion } from './compiler-version.ts';
import type { Point } from './points.ts';
import type { Planner, Told } from './solve-all.ts';

/** Where the queue is, and what it is called. */
export interface QueueAddress {
  readonly url: string;
  readonly name: string;
}

const patienceMilliseconds = 5000;
const lookMilliseconds = 2000;
/** So many points without an answer are looked after at once. */
const mostLookedAfter = 500;
/** So many jobs are put into the queue at once. */
const batch = 200;
const oneHour = { age: 3600 } as const;

const jobOptions: JobsOptions = {
  attempts: 3,
  backoff: { type: 'fixed', delay: 500 },
  removeOnComplete: oneHour,
  removeOnFail: oneHour,
};

/** The name of the queue for this compiler. */
export function queueName({ name }: QueueAddress): string {
  return `${name}-${compilerVersion()}`;
}

/** How to reach Redis. A lost connection is made again for ever: what waits for it goes on then. */
export function connectionOf({ url }: QueueAddress) {
  return { url, maxRetriesPerRequest: null, retryStrategy: (times: number) => Math.min(100 * times, 2000) } as const;
}

/** `bullmq`, which is not installed with the command; `needs-package` where it is not there. */
export async function loadBullmq(): Promise<Outcome<typeof import('bullmq')>> {
  try {
    return succeeded(await import('bullmq'));
  } catch {
    return failed(
      'needs-package',
      'sweeps over many machines need the packages bullmq and ioredis',
      'npm install bullmq ioredis',
    );
  }
}

/** Waits until Redis answers; `no-redis` if that takes longer than five seconds. */
export async function reached(address: QueueAddress, ready: Promise<unknown>): Promise<Outcome<void>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(() => resolve('late'), patienceMilliseconds);
  });
  const first = await Promise.race([ready.then(() => 'ready' as const), late]).catch(() => 'late' as const);
  clearTimeout(timer);
  if (first === 'ready') return succeeded(undefined);
  return failed('no-redis', `nothing answers at ${address.url}`, 'start it there: redis-server --port 6379');
}

/** A queue that is connected. */
export interface JobQueue {
  readonly planner: Planner;
  /** How many workers of this compiler are connected now. */
  readonly workers: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Connects to the queue. `needs-package`, `no-redis`. */
export async function openQueue(address: QueueAddress): Promise<Outcome<JobQueue>> {
  const bullmq = await loadBullmq();
  if (!bullmq.ok) return bullmq;
  const [name, connection] = [queueName(address), connectionOf(address)];
  const queue = new bullmq.value.Queue(name, { connection, defaultJobOptions: jobOptions });
  const events = new bullmq.value.QueueEvents(name, { connection });
  // A connection that is lost is reported here, again and again, and made again without us.
  queue.on('error', () => {});
  events.on('error', () => {});
  const close = async () => {
    await Promise.allSettled([events.close(), queue.close()]);
  };
  const ready = await reached(address, Promise.all([queue.waitUntilReady(), events.waitUntilReady()]));
  if (!ready.ok) {
    // What waits for a connection would wait for ever.
    void close();
    void Promise.allSettled([queue.disconnect(), events.disconnect()]);
    return ready;
  }
  return succeeded({
    planner: (points, told, signal) => new Session(queue, events, points, told).run(signal),
    workers: () => queue.getWorkersCount(),
    close,
  });
}

/** The points of one sweep that wait for their answers. */
class Session {
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #told: Told;
  readonly #waiting: Map<string, Point>;
  #finished: () => void = () => {};

  constructor(queue: Queue, events: QueueEvents, points: readonly Point[], told: Told) {
    this.#queue = queue;
    this.#events = events;
    this.#told = told;
    this.#waiting = new Map(points.map(point => [point.key, point]));
  }

  /** Resolves when no point waits any more, or when the signal is aborted; workers then go on with what they were asked. */
  async run(signal: AbortSignal): Promise<void> {
    const finished = new Promise<void>(resolve => {
      this.#finished = resolve;
    });
    signal.addEventListener('abort', this.#finished, { once: true });
    const completed = ({ jobId, returnvalue }: { readonly jobId: string; readonly returnvalue: unknown }) =>
      this.#answered(jobId, returnvalue);
    const hasFailed = ({ jobId, failedReason }: { readonly jobId: string; readonly failedReason: string }) =>
      this.#lost(jobId, failedReason);
    this.#events.on('completed', completed).on('failed', hasFailed);
    let over = false;
    const looking = (async () => {
      await this.#begin();
      while (!over) {
        await Promise.race([finished, pause(lookMilliseconds)]);
        if (!over) await this.#lookAfter();
      }
    })();
    await finished;
    over = true;
    this.#events.off('completed', completed).off('failed', hasFailed);
    await Promise.race([looking.catch(() => {}), pause(lookMilliseconds)]);
  }

  /** What failed for an earlier sweep is tried again; then all points are asked for, those that are there already once. */
  async #begin(): Promise<void> {
    await this.#queue.clean(0, mostLookedAfter, 'failed');
    const points = [...this.#waiting.values()];
    for (let at = 0; at < points.length; at += batch) await this.#ask(points.slice(at, at + batch));
    await this.#lookAfter();
  }

  async #ask(points: readonly Point[]): Promise<void> {
    await this.#queue.addBulk(points.map(({ key, job }) => ({ name: 'plan', data: job, opts: { jobId: key } })));
  }

  /** Takes answers whose event was missed, and puts back what is not there. */
  async #lookAfter(): Promise<void> {
    const missing: Point[] = [];
    for (const [key, point] of [...this.#waiting].slice(0, mostLookedAfter)) {
      const job: QueuedJob | undefined = await this.#queue.getJob(key);
      const state = job === undefined ? 'missing' : await job.getState();
      if (state === 'completed') this.#answered(key, job?.returnvalue);
      else if (state === 'failed') this.#lost(key, job?.failedReason ?? '');
      else if (state === 'unknown') await job?.remove();
      if (state === 'missing' || state === 'unknown') missing.push(point);
      // Those looked after last come last next time.
      if (this.#waiting.delete(key)) this.#waiting.set(key, point);
    }
    if (missing.length > 0) await this.#ask(missing.filter(({ key }) => this.#waiting.has(key)));
  }

  /** Takes an answer, which an event has as text. What is none is lost. */
  #answered(key: string, value: unknown): void {
    const answer = typeof value === 'string' ? parsed(value) : value;
    if (!isAnswer(answer)) this.#lost(key, 'the worker gave no answer that could be understood');
    else if (this.#waiting.delete(key)) this.#told.answer(key, answer);
    this.#endIfDone();
  }

  #lost(key: string, reason: string): void {
    if (this.#waiting.delete(key)) this.#told.lost(key, reason);
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#waiting.size === 0) this.#finished();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds).unref());
}
