/** One way to compile a program: a chip and further options. */
import type { CompileOptions } from '@tessera-dnn/compiler';
import { type ChipSpec, hostChip } from '@tessera-dnn/machine';

export interface Setting {
  readonly chip: ChipSpec;
  readonly math: 'strict' | 'fast';
  readonly recompute?: CompileOptions['recompute'];
  readonly allocator?: CompileOptions['allocator'];
  readonly inPlace?: boolean;
  readonly reuse?: boolean;
  /** In how many rounds operations do their work, wherever they can. */
  readonly rounds?: CompileOptions['rounds'];
  /** Threads that share the work; how they divide it is tried, by one thread that does all parts. */
  readonly threads?: CompileOptions['threads'];
  readonly divide?: CompileOptions['divide'];
  /** Whether first values are embedded in the artifact, as a user's weights are. */
  readonly embedded?: boolean;
}

export const hostStrict: Setting = { chip: hostChip, math: 'strict' };

/** The setting in words: what differs from the chip `tiny` with default options. */
export function describeSetting({ chip, math, ...options }: Setting): string {
  const { tiles, sramBytes, workers, packed, specialise, chargeCode } = chip;
  const parts = [
    chip.name === 'host' ? 'host' : `${tiles} tiles of ${sramBytes / 1024} KiB, ${workers} workers`,
    ...(chip.name !== 'host' && packed ? ['packed'] : []),
    ...(chip.name !== 'host' && specialise ? ['specialised'] : []),
    ...(chip.name !== 'host' && !chargeCode ? ['code not charged'] : []),
    math,
    ...Object.entries(options).map(
      ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    ),
  ];
  return parts.join(', ');
}
