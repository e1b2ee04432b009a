/** What the back half of the pipeline is asked for. */
import type { Source } from '@tessera-dnn/diagnostics';
import type { Module } from '@tessera-dnn/graph';
import type { Decisions, KnownSplits, NodeBudgets } from '@tessera-dnn/tiling';
import type { TargetedOptions } from './options.ts';

/** What is planned, and how. */
export interface Task {
  readonly source: Source;
  /** The module as all passes leave it. */
  readonly module: Module;
  /** The module without the copies that compute values again; the same as `module` where there are none. */
  readonly kept: Module;
  readonly weights: ReadonlyMap<string, ArrayLike<number>>;
  readonly options: TargetedOptions;
}

/** How frugal a plan is. */
export interface Level {
  /** How much of the free SRAM one op may take: 1, or less. */
  readonly memoryShare: number;
  /** Whether ops may do their work in rounds to keep within that. */
  readonly inRounds: boolean;
  /** What single nodes may take, and the splits known from levels before this one; absent where all get the same share. */
  readonly nodes?: NodeLevel;
}

/** How frugal single nodes are. */
export interface NodeLevel {
  readonly budgets: NodeBudgets;
  readonly splits: KnownSplits;
  /** Whether vertices are counted in the shape that they get. */
  readonly counts: boolean;
}

/** How frugal a plan is to be, and what is to be decided as elsewhere; without decisions all is decided anew. */
export interface Share {
  readonly level: Level;
  /** True: plain sums only, since other algorithms need scratch memory. */
  readonly plain?: boolean;
  readonly decisions?: () => Decisions;
}
