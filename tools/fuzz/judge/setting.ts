/** One way to compile a program: a chip and the options beside it. */
import type { CompileOptions } from '@tessera/compiler';
import { type ChipSpec, hostChip } from '@tessera/machine';

export interface Setting {
  readonly chip: ChipSpec;
  readonly math: 'strict' | 'fast';
  readonly recompute?: CompileOptions['recompute'];
  readonly allocator?: CompileOptions['allocator'];
  readonly inPlace?: boolean;
  readonly reuse?: boolean;
  /** First values are part of the artifact, as a user's weights are. */
  readonly embedded?: boolean;
}

export const hostStrict: Setting = { chip: hostChip, math: 'strict' };

/** What of a setting is not as it is on `tiny` by default, in words. */
export function describeSetting({ chip, math, ...options }: Setting): string {
  const { tiles, sramBytes, workers, packed, specialise, chargeCode } = chip;
  const parts = [
    chip.name === 'host' ? 'host' : `${tiles} tiles of ${sramBytes / 1024} KiB, ${workers} workers`,
    ...(chip.name !== 'host' && packed ? ['packed'] : []),
    ...(chip.name !== 'host' && specialise ? ['specialised'] : []),
    ...(chip.name !== 'host' && !chargeCode ? ['code not charged'] : []),
    math,
    ...Object.entries(options).map(([name, value]) => `${name} ${value}`),
  ];
  return parts.join(', ');
}
