/** What a chip must be to be believed, whether it comes from a file, an option or a manifest. */

import { wasmMemoryLimitBytes } from './address-space.ts';
import { tileCount, workerCount } from './chip-in-use.ts';
import type { CycleTable, NarrowCycles } from './chip-spec.ts';
import { type Check, is, name, truth, within } from './json-check.ts';
import { closedRecord } from './typed-check.ts';

/** Tiles' memories lie one after the other, and vectors of 16 bytes must not straddle two. */
export const tileAlignmentBytes = 16;

const isSram = (value: unknown): boolean =>
  Number.isSafeInteger(value) &&
  Number(value) >= tileAlignmentBytes &&
  Number(value) <= wasmMemoryLimitBytes &&
  Number(value) % tileAlignmentBytes === 0;

const cycleNames = {
  integer: true,
  float: true,
  vector: true,
  multiplyAdd: true,
  vectorMultiplyAdd: true,
  divide: true,
  load: true,
  vectorLoad: true,
  store: true,
  vectorStore: true,
  loop: true,
  branch: true,
  vertex: true,
} as const satisfies { readonly [name in keyof Omit<CycleTable, keyof NarrowCycles>]: true };

const narrowNames = {
  load16: true,
  load8: true,
  vectorLoad16: true,
  vectorLoad8: true,
  vectorStore16: true,
  vectorStore8: true,
  vectorMultiplyAdd16: true,
  vectorMultiplyAdd8: true,
} as const satisfies { readonly [name in keyof NarrowCycles]-?: true };

const cycleChecks = Object.fromEntries(
  Object.keys({ ...cycleNames, ...narrowNames }).map(name => [name, within(0, 1e6)]),
);

/**
 * The check of every field. Rates and costs have wide bounds: within them no sum or
 * quotient that a plan makes of them is infinite, and none is 0 that should not be.
 */
export const chipFields: { readonly [field: string]: Check } = {
  name,
  tiles: tileCount,
  workers: workerCount,
  sramBytes: is(`a multiple of ${tileAlignmentBytes} bytes up to 4 GiB`, isSram),
  clockHz: within(1, 1e15),
  exchangeBytesPerCycle: within(0.001, 1e9),
  syncCycles: within(0, 1e9),
  cycles: closedRecord(cycleChecks, Object.keys(narrowNames)),
  packed: truth,
  chargeCode: truth,
  specialise: truth,
};

/** The cycle table of a chip file, where those that a base chip gives may be missing. */
export const checkPartialCycles: Check = closedRecord(cycleChecks, Object.keys(cycleChecks));
