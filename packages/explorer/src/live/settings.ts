/** What a program is planned for: the chip, and how memory is laid out. Plain data, so that a link and a message can hold it. */
import type { CompileOptions } from '@tessera-dnn/compiler/planning';
import { hostChip, overrideChip, presetNamed } from '@tessera-dnn/machine';

export interface Settings
  extends Pick<
    CompileOptions,
    | 'set'
    | 'programs'
    | 'precision'
    | 'masterWeights'
    | 'math'
    | 'allocator'
    | 'inPlace'
    | 'reuse'
    | 'recompute'
    | 'withoutVariants'
  > {
  /** The name of a preset. */
  readonly chip: string;
  /** Instead of the preset's. */
  readonly tiles?: number;
  readonly sramBytes?: number;
  readonly workers?: number;
}

export const firstSettings: Settings = { chip: 'tiny' };

/** What the compiler is told. A preset that there is not becomes `host`, and numbers that cannot be are left out. */
export function optionsOf({ chip: name, tiles, sramBytes, workers, ...rest }: Settings): CompileOptions {
  const preset = presetNamed(name);
  const base = preset.ok ? preset.value : hostChip;
  const changed = overrideChip(base, { tiles, sramBytes, workers });
  return { ...rest, chip: changed.ok ? changed.value : base };
}

/** The same on the command line, as far as it differs from what holds without. */
export function flagsOf(settings: Settings): readonly string[] {
  const { chip, tiles, sramBytes, workers, precision, recompute, math, allocator } = settings;
  const sram = sramBytes === undefined ? undefined : sramBytes % 1024 === 0 ? `${sramBytes / 1024}KiB` : sramBytes;
  const valued = { chip, tiles, sram, workers, precision, recompute, math, allocator };
  const pairs = Object.entries(valued).filter(([, value]) => value !== undefined);
  return [
    ...pairs.flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(settings.masterWeights ? ['--master-weights'] : []),
    ...(settings.inPlace === false ? ['--no-inplace'] : []),
    ...(settings.reuse === false ? ['--no-reuse'] : []),
    ...(settings.withoutVariants ?? []).flatMap(name => ['--no-variant', name]),
    ...Object.entries(settings.set ?? {}).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...(settings.programs ?? []).flatMap(name => ['--program', name]),
  ];
}
