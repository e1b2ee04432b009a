/** The attributes and the axes of a call of `conv_weight_gradient`. */
import type { Attributes, TensorType } from '@tessera-dnn/graph';
import type { Padding } from '../../define/spatial.ts';
import type { WindowAxis } from '../../define/window.ts';

/** Compile-time arguments; lists have one entry for each spatial axis. */
export interface WeightGradientAttributes extends Attributes {
  /** The extents of the weights along the spatial axes. */
  readonly taps: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly Padding[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Spatial axis `i` of the convolution to which the weights belong. */
export function tapAxis(
  x: TensorType,
  { taps, stride, dilation, padding }: WeightGradientAttributes,
  i: number,
): WindowAxis {
  return { input: x.shape[2 + i], taps: taps[i], stride: stride[i], dilation: dilation[i], low: padding[i][0] };
}

/** The axes of the space: those of the weights, `[O, I, taps…]`, then the batch and the spatial axes (`places`) of the slopes. */
export function axesOf(rank: number) {
  const taps = Array.from({ length: rank }, (_, i) => 2 + i);
  return { taps, batch: 2 + rank, places: taps.map(axis => axis + rank + 1) };
}
