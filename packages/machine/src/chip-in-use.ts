/** What an artifact that is run needs of the chip that it was made for. The rest of it decided the plan, and is looked at by nobody any more. */
import { type Check, integer, name, record, within } from './json-check.ts';

/** Tiles are numbered in 16 bits. */
export const tileCount: Check = integer(1, 65_536);
/** Slots of a tile are numbered in 8 bits. */
export const workerCount: Check = integer(1, 256);

export const checkChipInUse: Check = record({ name, tiles: tileCount, workers: workerCount, clockHz: within(1, 1e15) });
