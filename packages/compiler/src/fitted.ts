/** What comes of a task: the plan that fits, and what it owes that to. */
import type { Module } from '@tessera-dnn/graph';
import type { Attempt } from './attempt.ts';
import type { Level } from './task.ts';

/** What came of a task. */
export interface Fitted {
  /** The attempt that fits; where none does, the first, which says what is wrong. */
  readonly attempt: Attempt;
  /** The level of the attempt that fits, or of the last. */
  readonly level: Level;
  /** What was tried on such levels with nothing computed again. */
  readonly kept: Attempt;
  /** The programs that fit only because they compute values again. */
  readonly changed: Module['programs'];
}
