/** Module to TileProgram. */
import type { Module } from '@tessera-dnn/graph';
import { type LoweredModule, lowerDeciding, printTiles, type TileOptions, tileStage } from '@tessera-dnn/tiling';
import type { Step } from './step.ts';

export interface Input {
  readonly module: Module;
  readonly tiling: TileOptions;
}

export const tile: Step<Input, LoweredModule> = {
  ...tileStage,
  run: ({ module, tiling }) => lowerDeciding(module, tiling),
  print: ({ tiles }) => printTiles(tiles),
};
