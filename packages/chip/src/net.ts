/** What importing a `.dnn` file gives. */
import type { ChipOptions } from './create.ts';
import type { LoadedChip } from './load.ts';
import type { Signature } from './signature.ts';

/** An artifact that a bundler has made of a `.dnn` file that was imported. */
export interface Net<S extends Signature = Signature> {
  /** Where the artifact lies, beside the script. */
  readonly url: URL;
  /** Loads it: `load` of this package, with the types of its programs. */
  load(options?: ChipOptions): Promise<LoadedChip<S>>;
}
