/** What is tried: a text, the settings to compile it in, and the seed of its data. */
import type { Source } from '@tessera-dnn/diagnostics';
import type { Load } from '@tessera-dnn/language';
import type { Setting } from './setting.ts';

export interface Trial {
  readonly text: string;
  /** What the text imports as `./blocks.dnn`, if anything. */
  readonly imported?: string;
  /** Other values of the text's constants, as text by name. */
  readonly set?: Readonly<Record<string, string>>;
  /** The settings in addition to the host in strict math, which is always tried first. */
  readonly settings: readonly Setting[];
  /** The seed of data and of first values. */
  readonly seed: number;
  /** How often the programs are run in turn. */
  readonly rounds: number;
}

/** The text of a trial, and what its compilation is told of it. */
export function sourceOf({ text, imported, set }: Trial): {
  readonly source: Source;
  readonly load: Load;
  readonly set: Trial['set'];
} {
  const load: Load = path =>
    imported !== undefined && path === './blocks.dnn' ? { name: 'blocks.dnn', text: imported } : undefined;
  return { source: { name: 'fuzz.dnn', text }, load, set };
}

/** All results of the runs: outputs under `round program.output`, variables under `variable path`. */
export type Numbers = ReadonlyMap<string, ArrayLike<number>>;

/** A fault of Tessera, and never of the program. */
export interface Fault {
  /** The kind of fault, with the message without its numbers, if there is one. It stays the same while the case is shrunk. */
  readonly family: string;
  readonly message: string;
  /** The settings that show it. */
  readonly settings: readonly Setting[];
}
