/** Gets the answers of all points of a sweep: those that are known, and the others from wherever they are planned. */
import type { Cache } from './cache.ts';
import type { Answer } from './job.ts';
import type { Point } from './points.ts';

/** Points that nobody could plan: a thread or worker ended on them. */
export interface Lost {
  readonly point: Point;
  readonly reason: string;
}

export interface Solutions {
  /** In the order of the points. Those that are missing were not planned when the sweep was ended. */
  readonly answers: readonly (Answer | undefined)[];
  readonly lost: readonly Lost[];
}

/** Where points are planned. Tells each answer as it comes, and resolves when there is one for every task, or when `signal` is aborted. */
export type Planner = (tasks: readonly Point[], told: Told, signal: AbortSignal) => Promise<void>;

export interface Told {
  readonly answer: (key: string, answer: Answer) => void;
  readonly lost: (key: string, reason: string) => void;
}

/** What is told of progress: how many of the points have an answer, and how many of them were known before. */
export type Progress = (done: number, known: number) => void;

/** Answers every point; equal ones are planned once. What is answered is kept at once, so that nothing is lost if the sweep is ended. */
export async function solveAll(
  points: readonly Point[],
  { cache, planner, progress, signal }: SolveOptions,
): Promise<Solutions> {
  const answers = new Map<string, Answer>();
  const reasons = new Map<string, string>();
  for (const { key } of points) {
    const kept = answers.get(key) ?? cache?.get(key);
    if (kept) answers.set(key, kept);
  }
  const pending = [...new Map(points.filter(({ key }) => !answers.has(key)).map(point => [point.key, point])).values()];
  const alike = new Map<string, number>();
  for (const { key } of points) alike.set(key, (alike.get(key) ?? 0) + 1);
  const known = points.filter(({ key }) => answers.has(key)).length;
  let done = known;
  progress(done, known);
  const tell = (key: string) => {
    if (!answers.has(key) && !reasons.has(key)) done += alike.get(key) ?? 0;
    progress(done, known);
  };
  const told: Told = {
    answer: (key, answer) => {
      tell(key);
      answers.set(key, answer);
      reasons.delete(key);
      cache?.put(key, answer);
    },
    lost: (key, reason) => {
      tell(key);
      reasons.set(key, reason);
    },
  };
  // The largest first: a long one that began last would keep one thread busy while the others have nothing to do.
  if (pending.length > 0)
    await planner(
      [...pending].sort((a, b) => b.chip.tiles - a.chip.tiles),
      told,
      signal,
    );
  return {
    answers: points.map(({ key }) => answers.get(key)),
    lost: points.flatMap(point => {
      const reason = reasons.get(point.key);
      return reason === undefined ? [] : [{ point, reason }];
    }),
  };
}

export interface SolveOptions {
  /** Absent: nothing is kept, and nothing was. */
  readonly cache?: Cache;
  readonly planner: Planner;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}
