/** What all parts of the weights' gradient know about a call: its attributes and its axes. */
import type { Attributes, TensorType } from '@tessera/graph';
import type { Padding } from '../../define/spatial.ts';
import type { WindowAxis } from '../../define/window.ts';

export interface WeightGradientAttributes extends Attributes {
  /** Extents of the weights along the spatial axes. */
  readonly taps: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly Padding[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Spatial axis `i` of the convolution whose weights these are. */
export function tapAxis(
  x: TensorType,
  { taps, stride, dilation, padding }: WeightGradientAttributes,
  i: number,
): WindowAxis {
  return { input: x.shape[2 + i], taps: taps[i], stride: stride[i], dilation: dilation[i], low: padding[i][0] };
}

/** Axes of the space: the weights' `[O, I, taps…]`, then batch and space of the slopes. */
export function axesOf(rank: number) {
  const taps = Array.from({ length: rank }, (_, i) => 2 + i);
  return { taps, batch: 2 + rank, places: taps.map(axis => axis + rank + 1) };
}
