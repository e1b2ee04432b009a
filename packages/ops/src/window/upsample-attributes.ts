/** The compile-time arguments of an upsampling. */
import type { Attributes } from '@tessera-dnn/graph';

/** How much larger, and how the elements between are made. */
export interface UpsampleAttributes extends Attributes {
  /** One whole factor for each spatial axis. */
  readonly scale: readonly number[];
  readonly mode: 'nearest' | 'bilinear';
}
