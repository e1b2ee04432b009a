/** TileProgram to Placement, with the sizes of the codelets. */
import type { ChipSpec } from '@tessera-dnn/machine';
import * as tiling from '@tessera-dnn/tiling';
import type { Step } from './step.ts';

export interface Input {
  readonly tiles: tiling.TileProgram;
  readonly chip: ChipSpec;
  readonly options: tiling.PlaceOptions;
}

export const place: Step<Input, tiling.Placement> = {
  ...tiling.placeStage,
  run: ({ tiles, chip, options }) => tiling.place(tiles, chip, options),
  print: (placement, { tiles }) => tiling.printPlacement(tiles, placement),
  verify: (placement, { tiles, chip }) => tiling.refereePlacement(tiles, placement, chip.sramBytes),
};
