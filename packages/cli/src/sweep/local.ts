/** Plans the points of a sweep on the threads of this machine. */
import { Pool } from './pool.ts';
import type { Planner } from './solve-all.ts';

/** A planner with so many threads. */
export function localPlanner(threads: number): Planner {
  return async (points, told, signal) => {
    const pool = new Pool(Math.min(threads, points.length));
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
    const each = points.map(async ({ key, job }) => {
      try {
        const answer = await pool.solve(job);
        if (!signal.aborted) told.answer(key, answer);
      } catch (error) {
        if (!signal.aborted) told.lost(key, reasonOf(error));
      }
    });
    await Promise.race([Promise.all(each), aborted]);
    await pool.close();
  };
}

/** Why a thread ended. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'the thread that planned it had not enough memory';
  return String(message ?? error).split('\n')[0];
}
