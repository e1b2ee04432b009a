/**
 * Which shares of memory a plan is tried with, and whose decisions it follows.
 *
 * In strict math the bits of a result are the same whatever is said about memory and workers. Where work is cut, and how tensors lie, may
 * change bits; so all plans of one program on one chip follow the decisions of the *usual* plan: that of the usual workers, with nothing
 * computed again, in place, with memory reused, by the allocator that is the default. How much of the free memory an op may take
 * depends on what fits, and so does the usual plan decide that, too.
 */
import { hostChip, usualWorkers } from '@tessera-dnn/machine';
import { recompute } from '@tessera-dnn/passes';
import { type Attempt, attempt, memoryShares } from './attempt.ts';
import { decide } from './back-half/plan-share.ts';
import { type CompileOptions, passesOf, tableOf } from './options.ts';
import type { Share, Task } from './task.ts';

/** The shares for the task's own module, which holds what options ask to be computed again. */
export function sharesOf(task: Task): readonly Share[] {
  if (task.options.math !== 'strict' || isUsual(task.options))
    return memoryShares.map(memoryShare => ({ memoryShare }));
  return [followingUsual(task)];
}

/** The shares for a module in which something is computed again because nothing else fits; `tried` is what was tried without. */
export function sharesOfLeaner(task: Task, tried: Attempt): readonly Share[] {
  if (task.options.math !== 'strict') return memoryShares.map(memoryShare => ({ memoryShare }));
  return isUsual(task.options) ? memoryShares.map(share => following(task, share, tried)) : [followingUsual(task)];
}

/**
 * The task with as much computed again as pays, and the programs that this changes; undefined if it changes none, or if `recompute` is left
 * out.
 */
export function leanerTask(
  task: Task,
): { readonly task: Task; readonly changed: Task['module']['programs'] } | undefined {
  const { kept, options } = task;
  if (!passesOf(options).includes(recompute)) return undefined;
  const module = recompute.run(kept, { table: tableOf(options), strict: options.math === 'strict', recompute: 'auto' });
  const changed = module.programs.filter((program, i) => program !== kept.programs[i]);
  return changed.length > 0 ? { task: { ...task, module }, changed } : undefined;
}

function followingUsual(task: Task): Share {
  const usual = usualTask(task);
  const { tiles } = usual.options.chip ?? hostChip;
  if (tiles === 1) return following(usual, memoryShares[0]);
  const plain = attempt(usual, sharesOf(usual));
  // The usual plan computes values again, without being asked, where it does not fit otherwise.
  const leaner = plain.plan ? undefined : leanerTask(usual);
  const { memoryShare } = leaner ? attempt(leaner.task, sharesOfLeaner(usual, plain)) : plain;
  return following(usual, memoryShare, plain);
}

/** What a usual task with nothing computed again decides, found out when it is asked for. */
function following(usual: Task, memoryShare: number, tried?: Attempt): Share {
  let known = tried?.decisions.get(memoryShare);
  return { memoryShare, decisions: () => (known ??= decide(usual, memoryShare)) };
}

function usualTask(task: Task): Task {
  const { chip = hostChip, math, table, passes, backend } = task.options;
  return {
    ...task,
    module: task.kept,
    options: { chip: { ...chip, workers: usualWorkers(chip) }, math, table, passes, backend },
  };
}

function isUsual({ chip = hostChip, recompute: again = 'none', inPlace, reuse, allocator }: CompileOptions): boolean {
  const asUsual = again === 'none' && inPlace !== false && reuse !== false && (allocator ?? 'exact') === 'exact';
  return asUsual && chip.workers === usualWorkers(chip);
}
