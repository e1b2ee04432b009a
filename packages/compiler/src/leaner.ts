/** A task with values computed again, where options leave it open whether any are. */
import type { Module } from '@tessera-dnn/graph';
import { recompute } from '@tessera-dnn/passes';
import { passesOf, tableOf } from './options.ts';
import type { Task } from './task.ts';

export interface Leaner {
  readonly task: Task;
  /** The programs that this changes. */
  readonly changed: Module['programs'];
}

/** The task with as much computed again as pays; undefined if that changes nothing, if options say what is, or if `recompute` is left out. */
export function leanerTask(task: Task): Leaner | undefined {
  const { kept, options } = task;
  if (options.recompute !== undefined || !passesOf(options).includes(recompute)) return undefined;
  const module = recompute.run(kept, { table: tableOf(options), strict: options.math === 'strict', recompute: 'auto' });
  const changed = module.programs.filter((program, i) => program !== kept.programs[i]);
  return changed.length > 0 ? { task: { ...task, module }, changed } : undefined;
}
