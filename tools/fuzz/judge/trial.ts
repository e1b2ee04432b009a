/** What is tried: a text, the ways to compile it, and what to run it on. */
import type { Setting } from './setting.ts';

export interface Trial {
  readonly text: string;
  /** Beside the host in strict mathematics, which is always tried, and first. */
  readonly settings: readonly Setting[];
  /** Of data and of first values. */
  readonly seed: number;
  /** How often the programs are run, one after the other. */
  readonly rounds: number;
}

/** All that runs leave: outputs as `round program.output`, variables as `variable path`. */
export type Numbers = ReadonlyMap<string, ArrayLike<number>>;

/** A fault of Tessera, and never of the program. */
export interface Fault {
  /** What sort of thing it is, and for a message, what it says apart from its numbers: the same while it is shrunk. */
  readonly family: string;
  readonly message: string;
  /** Those that show it. */
  readonly settings: readonly Setting[];
}
