/** What is known of a program while its nodes are lowered. */
import type { Program, ValueId } from '@tessera-dnn/graph';
import type { Home } from '../geometry/home.ts';
import type { Split } from '../split/cut.ts';
import type { Followed } from './decisions.ts';
import type { PartHomes } from './part-homes.ts';
import type { UpdatePlan } from './updates.ts';
import type { Readers } from './wishes.ts';

export interface ProgramPlans {
  readonly program: Program;
  /** The homes of the nodes lowered so far; undefined for residents that had not settled when their node was lowered. */
  readonly homes: readonly (Home | undefined)[];
  readonly updates: UpdatePlan;
  readonly replicas: Replicas;
  readonly readers: Readers;
  readonly parts: PartHomes | undefined;
  readonly decided: Followed;
  /** What nodes may take, where each has a budget of its own. */
  readonly budgets: ReadonlyMap<ValueId, number> | undefined;
}

/** What is computed again is cut as it was the first time: then sums are added up in the same order, and bits are the same. */
export interface Replicas {
  /** By node: the first of its replicas. */
  readonly first: readonly ValueId[];
  readonly splits: Map<ValueId, Split>;
}
