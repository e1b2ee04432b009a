/**
 * Writes a case as a file that anybody can read, compile and try again: comments that say what fails and in which settings, then the
 * program.
 */
import { hostChip, tinyChip } from '@tessera-dnn/machine';
import { textsOf } from './describe/text.ts';
import type { Case } from './draw/case.ts';
import { describeSetting, type Setting } from './judge/setting.ts';
import type { Fault, Trial } from './judge/trial.ts';

const mark = '// replay: ';

export function replayFile({ file, settings, seed, rounds }: Case, fault: Fault): string {
  const { text, imported, set } = textsOf(file);
  const lines = [
    ...fault.message.split('\n').map(line => `// ${line}`),
    ...fault.settings.map(setting => `// with ${describeSetting(setting)}`),
    `${mark}${JSON.stringify({ settings: settings.map(shortened), seed, rounds, imported, set })}`,
  ];
  return `${lines.join('\n')}\n\n${text}`;
}

/** The trial in a file; undefined if the fuzzer has not written it. */
export function readReplay(text: string): Trial | undefined {
  const line = text.split('\n').find(other => other.startsWith(mark));
  if (line === undefined) return undefined;
  const { settings, ...rest } = JSON.parse(line.slice(mark.length));
  return { text, settings: settings.map(whole), ...rest };
}

/** A setting in which a chip is `host` or an object with what differs from `tiny`. */
interface Shortened extends Omit<Setting, 'chip'> {
  readonly chip: 'host' | Partial<Setting['chip']>;
}

function shortened({ chip, ...rest }: Setting): Shortened {
  if (chip.name === 'host') return { chip: 'host', ...rest };
  const own = Object.entries(chip).filter(([name, value]) => value !== tinyChip[name as keyof typeof chip]);
  return { chip: Object.fromEntries(own), ...rest };
}

function whole({ chip, ...rest }: Shortened): Setting {
  return { chip: chip === 'host' ? hostChip : { ...tinyChip, ...chip }, ...rest };
}
