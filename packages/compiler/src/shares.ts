/**
 * Which shares of memory a plan is tried with, what else is tried where none fits, and whose decisions it follows.
 *
 * In strict math the bits of a result are the same whatever is said about memory and workers. Where work is cut, and how tensors lie, may
 * change bits; so all plans of one program on one chip follow the decisions of the *usual* plan: that of the usual workers, with nothing
 * computed again, in place, with memory reused, by the allocator that is the default. How much of the free memory an op may take
 * depends on what fits, and so does the usual plan decide that, too.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import { hostChip, usualWorkers } from '@tessera-dnn/machine';
import { type Attempt, attempt, levelsAtOnce, levelsInRounds } from './attempt.ts';
import { decide } from './back-half/plan-share.ts';
import type { Fitted } from './fitted.ts';
import { choose, wantedOf } from './front/choose.ts';
import { leanerTask } from './leaner.ts';
import type { CompileOptions } from './options.ts';
import { hasRoomForWork } from './room.ts';
import type { Level, Share, Task } from './task.ts';

/**
 * Fits a task: as it is; else, unless options say what is computed again, with values computed again; else with work in rounds, and with both. Each
 * costs cycles, and nobody pays them who fits without. Where options ask for a plan of so many bytes or cycles, it is chosen among those of the
 * front. A plan that follows the usual one has no choice of levels.
 */
export function fit(task: Task): Fitted {
  const wanted = wantedOf(task.options);
  if (wanted && choosesLevels(task)) return choose(task, wanted);
  let leaner: ReturnType<typeof leanerTask>;
  let first: Attempt | undefined;
  let last: Omit<Fitted, 'attempt'> | undefined;
  for (const levels of waysOf(task)) {
    const kept = attempt(task, sharesOf(task, levels));
    if (kept.plan) return { attempt: kept, level: kept.level, kept, changed: [] };
    leaner ??= leanerTask(task);
    const again = leaner && attempt(leaner.task, sharesOfLeaner(task, kept, levels));
    last = { level: (again ?? kept).level, kept, changed: leaner?.changed ?? [] };
    if (again?.plan) return { attempt: again, ...last };
    first ??= kept;
    if (!hasRoomForWork((again ?? kept).placed)) break;
  }
  if (!first || !last) throw new InternalError('compile', 'no level to try');
  return { attempt: first, ...last };
}

/** Whether a task fits with nothing computed again. */
export function fitsKept(task: Task): boolean {
  for (const levels of waysOf(task)) {
    const { plan, placed } = attempt(task, sharesOf(task, levels));
    if (plan) return true;
    if (!hasRoomForWork(placed)) return false;
  }
  return false;
}

function waysOf(task: Task): readonly (readonly Level[])[] {
  const { chip = hostChip } = task.options;
  return chip.tiles > 1 && choosesLevels(task) ? [levelsAtOnce, levelsInRounds] : [levelsAtOnce];
}

/** Whether a task is planned level by level, and does not follow the usual plan. */
function choosesLevels({ options }: Task): boolean {
  return options.math !== 'strict' || isUsual(options);
}

/** The shares for the task's own module, which holds what options ask to be computed again. */
function sharesOf(task: Task, levels: readonly Level[]): readonly Share[] {
  return choosesLevels(task) ? levels.map(level => ({ level })) : [followingUsual(task)];
}

/** The shares for a module in which something is computed again because nothing else fits; `tried` is what was tried without. */
function sharesOfLeaner(task: Task, tried: Attempt, levels: readonly Level[]): readonly Share[] {
  if (task.options.math !== 'strict') return levels.map(level => ({ level }));
  return isUsual(task.options) ? levels.map(level => following(task, level, tried)) : [followingUsual(task)];
}

function followingUsual(task: Task): Share {
  const usual = usualTask(task);
  const { tiles } = usual.options.chip ?? hostChip;
  if (tiles === 1) return following(usual, levelsAtOnce[0]);
  const { level, kept } = fit(usual);
  return following(usual, level, kept);
}

/** What a usual task with nothing computed again decides, found out when it is asked for. */
function following(usual: Task, level: Level, tried?: Attempt): Share {
  let known = tried?.decisions.get(level);
  return { level, decisions: () => (known ??= decide(usual, level)) };
}

function usualTask(task: Task): Task {
  const { chip = hostChip, math, table, passes, backend, rounds, memory, cycles } = task.options;
  return {
    ...task,
    module: task.kept,
    options: { chip: { ...chip, workers: usualWorkers(chip) }, math, table, passes, backend, rounds, memory, cycles },
  };
}

function isUsual({ chip = hostChip, recompute: again = 'none', inPlace, reuse, allocator }: CompileOptions): boolean {
  const asUsual = again === 'none' && inPlace !== false && reuse !== false && (allocator ?? 'exact') === 'exact';
  return asUsual && chip.workers === usualWorkers(chip);
}
