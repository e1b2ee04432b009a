/**
 * The plans among which `--memory`, `--cycles` and `tessera memory --front` choose: the plain plan, and those of one or two descents, the second with
 * values computed again.
 */
import { hostChip } from '@tessera-dnn/machine';
import type { Decisions } from '@tessera-dnn/tiling';
import { attempt, levelsAtOnce } from '../attempt.ts';
import { planShare } from '../back-half/plan-share.ts';
import { type Leaner, leanerTask } from '../leaner.ts';
import type { Plan } from '../plan.ts';
import type { Level, Task } from '../task.ts';
import { descend, type NextTarget, type Step } from './descent.ts';
import { type Figures, figuresOf } from './figures.ts';

/** A plan that fits the chip. */
export interface Point extends Figures {
  readonly plan: Plan;
  readonly level: Level;
  /** What was decided on that level with nothing computed again. */
  readonly kept: Decisions;
  /** The programs in which values are computed again that options leave open. */
  readonly changed: Leaner['changed'];
  readonly verify: () => void;
}

/** All points of a task, each made when it is asked for. In strict math, what is computed again is computed as it was the first time. */
export function* pointsOf(task: Task): Iterable<Point> {
  const { plan, level } = attempt(task, [{ level: levelsAtOnce[0] }]);
  if (plan) yield pointOf({ plan, level, kept: plan.decisions, changed: [], verify: () => {} });
  yield* keptPoints(task);
  const leaner = leanerTask(task);
  if (!leaner) return;
  yield* task.options.math === 'strict' ? followingPoints(task, leaner) : leanerPoints(leaner);
}

function* keptPoints(task: Task): Iterable<Point> {
  for (const { planned, share } of stepsOf(task)) {
    const { plan, misfits, verify } = planned;
    if (misfits.length === 0) yield pointOf({ plan, level: share.level, kept: plan.decisions, changed: [], verify });
  }
}

function* leanerPoints({ task, changed }: Leaner): Iterable<Point> {
  for (const point of keptPoints(task)) yield { ...point, changed };
}

function* followingPoints(task: Task, leaner: Leaner): Iterable<Point> {
  for (const { planned, share } of stepsOf(task)) {
    const kept = planned.plan.decisions;
    const { plan, misfits, verify } = planShare(leaner.task, { level: share.level, decisions: () => kept });
    if (misfits.length === 0) yield pointOf({ plan, level: share.level, kept, changed: leaner.changed, verify });
  }
}

/** How much of what does not last a plan is to take of what the plan before took, and how many plans there are at most. */
const stepOf = 0.94;
const mostSteps = 40;

/** Neither way of comparing splits is the better one for all programs: counted vertices are right by themselves, and lead elsewhere. */
function* stepsOf(task: Task): Iterable<Step> {
  for (const counts of [false, true]) yield* descentOf(task, counts);
}

function descentOf(task: Task, counts: boolean): Iterable<Step> {
  const { sramBytes } = task.options.chip ?? hostChip;
  let target = Number.POSITIVE_INFINITY;
  const next: NextTarget = (bytes, lasting) => {
    if (bytes <= target) target = Math.min(sramBytes, lasting + (bytes - lasting) * stepOf);
    return target;
  };
  return descend(task, next, mostSteps, counts);
}

function pointOf(point: Omit<Point, keyof Figures>): Point {
  return { ...point, ...figuresOf(point.plan) };
}
