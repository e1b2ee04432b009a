/** Module to TileProgram. */
import type { Module } from '@tessera-dnn/graph';
import {
  type Decisions,
  lowerDeciding,
  printTiles,
  type TileOptions,
  type TileProgram,
  tileStage,
} from '@tessera-dnn/tiling';
import type { Step } from './step.ts';

export interface Input {
  readonly module: Module;
  readonly tiling: TileOptions;
}

export interface Made {
  readonly tiles: TileProgram;
  /** What was decided on the way. */
  readonly decisions: Decisions;
}

export const tile: Step<Input, Made> = {
  ...tileStage,
  run: ({ module, tiling }) => lowerDeciding(module, tiling),
  print: ({ tiles }) => printTiles(tiles),
};
