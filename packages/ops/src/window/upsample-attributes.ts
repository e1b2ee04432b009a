/** What an upsampling is told beside its operand. */
import type { Attributes } from '@tessera/graph';

export interface UpsampleAttributes extends Attributes {
  /** One whole factor per spatial axis. */
  readonly scale: readonly number[];
  readonly mode: 'nearest' | 'bilinear';
}
