/** Makes chips simpler and options fewer. Settings that share a chip keep sharing one. */
import type { Setting } from '../judge/setting.ts';

export function* simplerSettings(settings: readonly Setting[]): Generator<readonly Setting[]> {
  if (settings.length === 0) return;
  for (let i = 0; settings.length > 1 && i < settings.length; i++) yield settings.filter((_, other) => other !== i);
  yield* simplerChips(settings);
  for (const [i, setting] of settings.entries()) {
    for (const simpler of withLess(setting)) yield settings.with(i, simpler);
  }
}

/** The chip of the first setting made simpler, in all settings that have it. The host stays as it is. */
function* simplerChips(settings: readonly Setting[]): Generator<readonly Setting[]> {
  const { chip } = settings[0];
  if (chip.name === 'host') return;
  const onChip = (change: Partial<Setting['chip']>) =>
    settings.map(setting =>
      setting.chip.name === chip.name ? { ...setting, chip: { ...setting.chip, ...change } } : setting,
    );
  const fewer = [1, 2, 3, 4, 8, 16, 61, Math.floor(chip.tiles / 2), chip.tiles - 1];
  for (const tiles of fewer) if (tiles > 0 && tiles < chip.tiles) yield onChip({ tiles });
  if (chip.sramBytes !== 2 ** 20) yield onChip({ sramBytes: 2 ** 20 });
  if (chip.specialise) yield onChip({ specialise: false });
  if (!chip.chargeCode) yield onChip({ chargeCode: true });
}

function* withLess({ chip, math, ...options }: Setting): Generator<Setting> {
  for (const name of Object.keys(options) as (keyof typeof options)[]) {
    const { [name]: _, ...rest } = options;
    yield { chip, math, ...rest };
  }
  if (chip.name === 'host') return;
  if (chip.packed) yield { chip: { ...chip, packed: false }, math, ...options };
  for (const workers of [1, 2, 6]) if (workers < chip.workers) yield { chip: { ...chip, workers }, math, ...options };
}
