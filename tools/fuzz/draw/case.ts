/** A case: a random file, a random chip, and the ways to compile for it. */
import type { Pick } from '@tessera/ops';
import type { FileDescription } from '../describe/program.ts';
import type { Setting } from '../judge/setting.ts';
import { hostStrict } from '../judge/setting.ts';
import { drawChanges, drawChip, harmless } from './chip.ts';
import { drawNetwork } from './network.ts';
import { drawFile } from './program.ts';

export interface Case {
  readonly file: FileDescription;
  readonly settings: readonly Setting[];
  readonly seed: number;
  readonly rounds: number;
}

export function drawCase(pick: Pick): Case {
  return drawCaseOf(pick, drawFile(pick));
}

export function drawNetworkCase(pick: Pick): Case {
  return drawCaseOf(pick, drawNetwork(pick));
}

function drawCaseOf(pick: Pick, file: FileDescription): Case {
  return { file, settings: drawSettings(pick), seed: pick.int(0, 999_999), rounds: pick.one([1, 2, 2, 3]) };
}

/** The chip in strict mathematics as it is and with one or two changes, and in fast mathematics. */
function drawSettings(pick: Pick): readonly Setting[] {
  const strict: Setting = { chip: drawChip(pick), math: 'strict' };
  const onHost: Setting = changedBy(
    pick,
    hostStrict,
    drawChanges(pick).filter(name => name !== 'workers' && name !== 'packed'),
  );
  return [
    strict,
    changedBy(pick, strict, drawChanges(pick)),
    ...(pick.chance(0.5) ? [changedBy(pick, strict, drawChanges(pick))] : []),
    ...(pick.chance(0.7) ? [changedBy(pick, { ...strict, math: 'fast' }, pick.chance() ? drawChanges(pick) : [])] : []),
    ...(pick.chance(0.15) ? [{ ...strict, embedded: true }] : []),
    ...(pick.chance(0.2) ? [onHost] : []),
    ...(pick.chance(0.2) ? [{ ...onHost, math: 'fast' } as const] : []),
  ];
}

function changedBy(pick: Pick, setting: Setting, changes: readonly string[]): Setting {
  return changes.reduce((changed, name) => harmless[name](changed, pick), setting);
}
