/** The flags `--chip --tiles --sram --workers --pack`, which say what chip is meant. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { type ChipSpec, hostChip, overrideChip, parseChip, presetNamed } from '@tessera-dnn/machine';
import type { Command } from 'commander';
import { readSource } from '../files/source.ts';
import type { Io } from '../io.ts';
import { size, wholeNumber } from './values.ts';

export interface ChipFlags {
  readonly chip?: string;
  readonly tiles?: number;
  readonly sram?: number;
  readonly workers?: number;
  readonly pack?: boolean;
}

/** Adds `--chip`, `--tiles`, `--sram`, `--workers` and `--pack` to `command`. */
export function addChipFlags(command: Command): Command {
  return command
    .optionsGroup('The chip:')
    .option('--chip <name|file.json>', 'a preset (see `tessera chips`) or a chip file (default: host)')
    .option('--tiles <n>', 'the number of tiles', wholeNumber)
    .option('--sram <size>', 'the memory of each tile, as in 64KiB', size)
    .option('--workers <n>', 'the number of workers of each tile', wholeNumber)
    .option('--pack', 'lay tiles out by what they use, instead of a whole SRAM each');
}

/** Whether any of the flags was given. If so, the user wants to know whether the program fits on that chip. */
export function meansChip(flags: ChipFlags): boolean {
  const { chip, tiles, sram, workers, pack } = flags;
  return [chip, tiles, sram, workers, pack].some(flag => flag !== undefined);
}

/**
 * The chip that the flags describe, `host` without any. A chip file that cannot be read or is not sound, an unknown preset, and a number
 * out of range are diagnostics.
 */
export function chipOf(io: Io, flags: ChipFlags): Outcome<ChipSpec> {
  const base = baseChip(io, flags.chip);
  if (!base.ok) return base;
  const { tiles, sram: sramBytes, workers } = flags;
  const chip = overrideChip(base.value, { tiles, sramBytes, workers });
  if (!chip.ok) return { ok: false, diagnostics: chip.diagnostics.map(nameFlag) };
  return flags.pack ? { ...chip, value: { ...chip.value, packed: true } } : chip;
}

/** A number that came from a flag is reported under the flag's name, not that of the field in the chip. */
function nameFlag(diagnostic: Diagnostic): Diagnostic {
  const flags = { tiles: '--tiles', sramBytes: '--sram', workers: '--workers' } as const;
  const named = (field: string) => flags[field as keyof typeof flags];
  return { ...diagnostic, message: diagnostic.message.replace(/^(tiles|sramBytes|workers)\b/, named) };
}

/** A name that ends in .json or has a slash in it is a file, any other a preset. */
export function isChipFile(name: string): boolean {
  return /\.json$|[\\/]/i.test(name);
}

/** The chip before single numbers are changed. */
function baseChip(io: Io, name: string | undefined): Outcome<ChipSpec> {
  if (name === undefined) return { ok: true, value: hostChip, diagnostics: [] };
  if (!isChipFile(name)) return presetNamed(name);
  const source = readSource(io, name);
  return source.ok ? parseChip(source.value) : source;
}
