/** What a program is planned for: the chip, and how memory is laid out. Plain data, so that a link and a message can hold it. */
import type { CompileOptions } from '@tessera-dnn/compiler/planning';
import type { Source } from '@tessera-dnn/diagnostics';
import { type ChipSpec, hostChip, overrideChip, parseChip, presetNamed } from '@tessera-dnn/machine';

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
  /** The name of a preset, or that of the chip file. */
  readonly chip: string;
  /** A chip file that may be chosen beside the presets, as text. */
  readonly chipFile?: Source;
  /** Instead of the preset's. */
  readonly tiles?: number;
  readonly sramBytes?: number;
  readonly workers?: number;
}

export const firstSettings: Settings = { chip: 'tiny' };

/** The chip of the settings before single numbers are changed: a preset, or that of the file; `host` where it is neither. */
export function baseChip({ chip: name, chipFile }: Settings): ChipSpec {
  const chip = chipFile?.name === name ? parseChip(chipFile) : presetNamed(name);
  return chip.ok ? chip.value : hostChip;
}

/** What the compiler is told. A preset that there is not becomes `host`, and numbers that cannot be are left out. */
export function optionsOf(settings: Settings): CompileOptions {
  const { chip: _, chipFile: __, tiles, sramBytes, workers, ...rest } = settings;
  const base = baseChip(settings);
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
