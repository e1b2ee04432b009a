/** Draws a case: a random file, a random chip, and several ways to compile the file. */
import type { Pick } from '@tessera-dnn/ops';
import type { FileDescription } from '../describe/program.ts';
import type { Setting } from '../judge/setting.ts';
import { hostStrict } from '../judge/setting.ts';
import { changed, drawChip, drawRounds } from './chip.ts';
import { dressed } from './dress.ts';
import { drawNetwork } from './network.ts';
import { drawFile } from './program.ts';

export interface Case {
  readonly file: FileDescription;
  readonly settings: readonly Setting[];
  readonly seed: number;
  readonly rounds: number;
}

export function drawCase(pick: Pick): Case {
  return drawCaseOf(pick, dressed(pick, drawFile(pick)));
}

export function drawNetworkCase(pick: Pick): Case {
  return drawCaseOf(pick, dressed(pick, drawNetwork(pick)));
}

function drawCaseOf(pick: Pick, file: FileDescription): Case {
  return { file, settings: drawSettings(pick), seed: pick.int(0, 999_999), rounds: pick.one([1, 2, 2, 3]) };
}

/** The chip in strict math, as it is and with changes that must not change results; the chip in fast math; sometimes the host again, and always with all work divided. */
function drawSettings(pick: Pick): readonly Setting[] {
  const chip = drawChip(pick);
  const strict: Setting = { chip, math: 'strict', ...(pick.chance(0.3) && { rounds: drawRounds(pick) }) };
  const fast: Setting = { ...strict, math: 'fast' };
  const sometimes = (share: number, setting: () => Setting) => (pick.chance(share) ? [setting()] : []);
  return [
    strict,
    changed(pick, strict),
    ...sometimes(0.4, () => changed(pick, strict)),
    ...sometimes(0.7, () => (pick.chance() ? changed(pick, fast) : fast)),
    ...sometimes(0.15, () => ({ ...strict, embedded: true })),
    ...sometimes(0.3, () => changed(pick, hostStrict)),
    ...sometimes(0.2, () => changed(pick, { ...hostStrict, math: 'fast' })),
    { ...hostStrict, threads: 3, divide: 'everything' },
  ];
}
