/** The compile-time arguments of a transposed convolution; lists have one entry for each spatial axis. */
import type { Attributes } from '@tessera-dnn/graph';
import type { Padding } from '../../define/spatial.ts';

/** The arguments have the names and meanings of PyTorch's. */
export interface ConvTransposeAttributes extends Attributes {
  readonly stride: readonly number[];
  readonly padding: readonly Padding[];
  readonly output_padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}
