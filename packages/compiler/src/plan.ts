/** What the pipeline knows between placement and linking. */
import type { Source } from '@tessera-dnn/diagnostics';
import type { Module } from '@tessera-dnn/graph';
import type { BackendLimits, ChipSpec, Codelets } from '@tessera-dnn/machine';
import {
  type Decisions,
  type MemoryPicture,
  type MemoryReport,
  type PhaseWork,
  type Placement,
  peakMoment,
  phaseWork,
  pictureMemory,
  type TileProgram,
} from '@tessera-dnn/tiling';
import type { WeightsBeside } from './beside.ts';

/** Everything known about a program once it has been placed. */
export interface Plan {
  readonly source: Source;
  readonly chip: ChipSpec;
  readonly math: 'fast' | 'strict';
  readonly module: Module;
  readonly tiles: TileProgram;
  /** The limits of the back end for which the plan was made. */
  readonly limits: BackendLimits;
  readonly codelets: Codelets;
  readonly placement: Placement;
  readonly report: MemoryReport;
  /** What lowering decided. */
  readonly decisions: Decisions;
  /** Where the value of each node lies, and each variable. */
  readonly homes: Decisions;
  /** Weights that are no part of the artifact. */
  readonly beside?: WeightsBeside;
}

/** A tile's memory over time, in the program in which it is fullest. */
export function pictureOf({ tiles, placement }: Plan, tile: number): MemoryPicture {
  const { phase } = peakMoment(tiles, placement, tile);
  const runs = [tiles.prepare, ...tiles.programs];
  const fullest = runs.find(({ firstPhase, phases }) => firstPhase <= phase && phase < firstPhase + phases) ?? runs[0];
  return pictureMemory(tiles, placement, fullest, tile);
}

/** What each phase of the program of that name has to do, in their order; its preparation left out. Empty if there is no such program. */
export function phaseWorkOf({ tiles, chip }: Plan, program: string): readonly PhaseWork[] {
  const run = tiles.programs.find(({ name }) => name === program);
  return run === undefined ? [] : phaseWork(tiles, chip, run);
}
