/** The stages that this package does, as the pipeline lists them and errors name them. */

export const tileStage = {
  name: 'tile',
  doc: "cuts each operation's results into one box per tile, and records what tiles compute and copy",
} as const;

export const placeStage = { name: 'place', doc: 'gives every buffer an offset, the same on all its tiles' } as const;
