/** What is told to a lowering, and what all its programs share. */
import type { Module } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import type { ChipSpec } from '@tessera-dnn/machine';
import type { BufferId } from '../program.ts';
import type { KnownSplits } from '../split/known-splits.ts';
import type { RoundsWanted } from '../split/rounds.ts';
import type { SettlingCycles } from '../split/settling.ts';
import type { Choosing } from '../split/variants.ts';
import type { Registries } from './context.ts';
import type { Decisions } from './decisions.ts';
import type { NodeBudgets } from './node-budgets.ts';
import type { ResidentHomes } from './resident-homes.ts';

export interface TileOptions {
  readonly chip: ChipSpec;
  readonly table: OpTable;
  readonly math: 'fast' | 'strict';
  /** How many threads may share the work; 1 unless given. */
  readonly threads?: number;
  /** Known first values of variables, by path: row-major. */
  readonly weights: ReadonlyMap<string, ArrayLike<number>>;
  /** 1 normally; less makes splits smaller when a placement did not fit. */
  readonly memoryShare: number;
  /** From one tile's memory to the next; by default the chip's SRAM. */
  readonly tileStrideBytes?: number;
  /** False: new values of variables are all copied over the old ones at the end of a program. Default true. */
  readonly inPlace?: boolean;
  /** Algorithms and variants of kernels that are not to be chosen, by name. */
  readonly withoutVariants?: ReadonlySet<string>;
  /** True: no variant of another algorithm than the plain sum is chosen. */
  readonly plain?: boolean;
  /** Whether, or in how many, rounds work is done; absent: all at once. */
  readonly rounds?: RoundsWanted;
  /** What single nodes may take; absent: all get the same share of the free memory, and pay for each byte. */
  readonly budgets?: NodeBudgets;
  /** With budgets: whether the vertices of splits are counted in the shape that they get, instead of estimated by their points. */
  readonly countsVertices?: boolean;
  /** Splits chosen by earlier lowerings of the same module for the same chip, which this one adds to. */
  readonly splits?: KnownSplits;
  /** What is to be decided as in another plan of the same programs; absent: all is decided anew. */
  readonly decisions?: Decisions;
}

/** One lowering. Its registries and the homes of residents grow while it goes on; nothing else of it changes. */
export interface Lowering {
  readonly module: Module;
  readonly options: TileOptions;
  readonly registries: Registries;
  readonly residents: ResidentHomes;
  /** What variables take of a tile, on average. */
  readonly variableBytes: number;
  readonly transfer: BufferId;
  readonly seed: BufferId;
  readonly settling: SettlingCycles;
  readonly splits: KnownSplits;
}

/** Which variants a lowering may choose. */
export function choosing({ options, registries }: Pick<Lowering, 'options' | 'registries'>): Choosing {
  return { recording: registries.codes.recording, without: options.withoutVariants, plain: options.plain };
}
