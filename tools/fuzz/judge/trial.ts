/** What is tried: a text, the settings to compile it in, and the seed of its data. */
import type { Setting } from './setting.ts';

export interface Trial {
  readonly text: string;
  /** The settings in addition to the host in strict math, which is always tried first. */
  readonly settings: readonly Setting[];
  /** The seed of data and of first values. */
  readonly seed: number;
  /** How often the programs are run in turn. */
  readonly rounds: number;
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
