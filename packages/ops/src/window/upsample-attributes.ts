/** The compile-time arguments of an upsampling. */
import type { Attributes } from '@tessera/graph';

export interface UpsampleAttributes extends Attributes {
  /** One whole factor for each spatial axis. */
  readonly scale: readonly number[];
  readonly mode: 'nearest' | 'bilinear';
}
