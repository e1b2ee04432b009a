/** The chips that are known by name. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { wasmMemoryLimitBytes } from './address-space.ts';
import type { ChipSpec } from './chip-spec.ts';
import { gc2Cycles, gc200Cycles, hostCycles } from './cycle-tables.ts';
import type { Code } from './explain/catalogue.ts';
import { didYouMean } from './typed-check.ts';

/** One chip on which models run fast: what wasm can address is one tile, code costs nothing, codelets know their shapes. */
const host: ChipSpec = {
  name: 'host',
  tiles: 1,
  workers: 1,
  sramBytes: wasmMemoryLimitBytes,
  clockHz: 3.69e9,
  // A copy inside a cache, 56 GB/s, as measured for 64 KiB.
  exchangeBytesPerCycle: 15,
  // A call from phase to phase; nobody to wait for.
  syncCycles: 20,
  cycles: hostCycles,
  packed: true,
  chargeCode: false,
  specialise: true,
};

/** First generation, 2018: 1216 × 256 KiB = 304 MiB. */
const gc2: ChipSpec = {
  name: 'gc2',
  tiles: 1216,
  workers: 6,
  sramBytes: 262_144,
  clockHz: 1.6e9,
  exchangeBytesPerCycle: 4,
  syncCycles: 150,
  cycles: gc2Cycles,
  packed: false,
  chargeCode: true,
  specialise: false,
};

/** Second generation, 2020: 1472 × 624 KiB = 897 MiB. */
const gc200: ChipSpec = {
  ...gc2,
  name: 'gc200',
  tiles: 1472,
  sramBytes: 638_976,
  clockHz: 1.325e9,
  cycles: gc200Cycles,
};

/** The second generation's tiles, wafer on wafer, at a higher clock, 2022. */
const bow: ChipSpec = { ...gc200, name: 'bow', clockHz: 1.85e9, syncCycles: 126 };

/** Sixteen small tiles of the first generation, 1 MiB together: small enough to look at every one. */
const tiny: ChipSpec = { ...gc2, name: 'tiny', tiles: 16, sramBytes: 65_536 };

/** The presets, by their name, the default first. */
export const presets: readonly ChipSpec[] = [host, tiny, gc2, gc200, bow];

/** The preset called `name`, or `unknown-chip` with the names there are. */
export function presetNamed(name: string): Outcome<ChipSpec> {
  const preset = presets.find(chip => chip.name === name);
  if (preset) return { ok: true, value: preset, diagnostics: [] };
  const names = presets.map(chip => chip.name);
  const diagnostic: Diagnostic<Code> = {
    code: 'unknown-chip',
    severity: 'error',
    message: `there is no chip called ${name}; the presets are ${names.join(', ')}`,
    help: didYouMean(name, names) ?? 'a chip of your own is a JSON file: give its path, ending in .json',
  };
  return { ok: false, diagnostics: [diagnostic] };
}

/** The presets that code refers to by itself: the default chip, and the small one of examples. */
export { host as hostChip, tiny as tinyChip };
