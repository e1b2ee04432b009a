/** Draws chips, and options that must not change results. */
import { strategies } from '@tessera-dnn/compiler';
import { type ChipSpec, tinyChip } from '@tessera-dnn/machine';
import type { Pick } from '@tessera-dnn/ops';
import type { Setting } from '../judge/setting.ts';

const fewTiles = [1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 16, 20];
const someTiles = [23, 31, 36, 48, 61, 64];
const manyTiles = [100, 150, 256, 500, 1216, 1472];
const KiB = 1024;

export function drawChip(pick: Pick): ChipSpec {
  const tiles = pick.one(pick.chance(0.7) ? fewTiles : pick.chance(0.8) ? someTiles : manyTiles);
  const sizes = tiles > 64 ? [32, 64, 256] : [16, 32, 64, 256, 624, 1024, 1024, 1024];
  return {
    ...tinyChip,
    name: 'drawn',
    tiles,
    sramBytes: pick.one(sizes) * KiB,
    workers: pick.one([1, 2, 3, 4, 5, 6, 6, 8]),
    packed: pick.chance(0.3),
    specialise: pick.chance(0.1),
    chargeCode: pick.chance(0.9),
  };
}

/** In how many rounds work is done: few along one axis, mostly along a summed one, or along both. */
export function drawRounds(pick: Pick): Setting['rounds'] {
  return pick.one([
    { summed: pick.int(2, 5), result: 1 },
    { summed: pick.int(2, 3), result: pick.int(2, 3) },
    { summed: 1, result: pick.int(2, 4) },
  ]);
}

type Change = (setting: Setting, pick: Pick) => Setting;

/** With a given number of tiles and memory, none of these changes a bit of a strict result. */
const harmless: { readonly [name: string]: Change } = {
  workers: ({ chip, ...rest }, pick) => ({ ...rest, chip: { ...chip, workers: pick.int(1, 8) } }),
  packed: ({ chip, ...rest }) => ({ ...rest, chip: { ...chip, packed: !chip.packed } }),
  recompute: (setting, pick) => ({ ...setting, recompute: pick.one(['sqrt', 'auto', 1, 2000]) }),
  allocator: (setting, pick) => ({ ...setting, allocator: pick.one(strategies) }),
  inPlace: setting => ({ ...setting, inPlace: false }),
  reuse: setting => ({ ...setting, reuse: false }),
};

/** Several changes are made at once. That finds as much as single changes, and shrinking shows which of them matters. */
export function changed(pick: Pick, setting: Setting): Setting {
  const names = Object.keys(harmless).filter(() => pick.chance(0.45));
  // The host always has one worker on one tile.
  const own = setting.chip.name === 'host' ? names.filter(name => name !== 'workers' && name !== 'packed') : names;
  return own.reduce((made, name) => harmless[name](made, pick), setting);
}
